#!/usr/bin/env python3
"""Writes tensorboard.golden, the event file that tensorboard_test expects.

Independent of Bigstep: python3-protobuf encodes the messages (the fields are
those of TensorFlow's event.proto and summary.proto), python3-crc32c sums.

    python3 tensorboard_golden.py > tensorboard.golden
"""
import struct
import sys

import crc32c
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FIELD = descriptor_pb2.FieldDescriptorProto


def make_classes():
    file = descriptor_pb2.FileDescriptorProto(
        name="event.proto", package="t", syntax="proto3")
    value = file.message_type.add(name="Value")
    value.field.add(name="tag", number=1, type=FIELD.TYPE_STRING, label=1)
    value.field.add(
        name="simple_value", number=2, type=FIELD.TYPE_FLOAT, label=1,
        oneof_index=0)
    value.oneof_decl.add(name="value")
    summary = file.message_type.add(name="Summary")
    summary.field.add(
        name="value", number=1, type=FIELD.TYPE_MESSAGE, label=3,
        type_name=".t.Value")
    event = file.message_type.add(name="Event")
    event.field.add(
        name="wall_time", number=1, type=FIELD.TYPE_DOUBLE, label=1)
    event.field.add(name="step", number=2, type=FIELD.TYPE_INT64, label=1)
    event.oneof_decl.add(name="what")
    event.field.add(
        name="file_version", number=3, type=FIELD.TYPE_STRING, label=1,
        oneof_index=0)
    event.field.add(
        name="summary", number=5, type=FIELD.TYPE_MESSAGE, label=1,
        type_name=".t.Summary", oneof_index=0)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return factory.GetPrototype(pool.FindMessageTypeByName("t.Event"))


def masked(data):
    crc = crc32c.crc32c(data)
    return ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + 0xA282EAD8) & 0xFFFFFFFF


def record(message):
    data = message.SerializeToString(deterministic=True)
    length = struct.pack("<Q", len(data))
    return (length + struct.pack("<I", masked(length)) + data +
            struct.pack("<I", masked(data)))


def main():
    event = make_classes()
    out = record(event(wall_time=1000.0, file_version="brain.Event:2"))
    # Two steps; at the second the accuracy is undefined.
    first = event(wall_time=1000.0 + 8.0 * 100 / 400, step=100)
    first.summary.value.add(tag="train_loss", simple_value=0.5)
    first.summary.value.add(tag="accuracy/test", simple_value=0.0)
    second = event(wall_time=1008.0, step=400)
    second.summary.value.add(tag="train_loss", simple_value=float("1e-3"))
    sys.stdout.buffer.write(out + record(first) + record(second))


main()

"""The checksum of data_checksum_test.cc, from the rule in data_checksum.h."""
import hashlib
import struct


def line(name, dtype, shape, data):
    return f"{name} {dtype} [{shape}] {hashlib.sha256(data).hexdigest()}\n"


text = ""
for i, split in enumerate(["train", "validation", "test"]):
    text += f"split {split}\n"
    text += line("inputs", "Byte", "2,2", bytes(range(4 * i, 4 * i + 4)))
    text += line("labels", "Long", "2", struct.pack("<2q", 0, 1))
    text += line("bias_labels", "Long", "2", struct.pack("<2q", 1, 1))
text += line("spurious_mask", "Bool", "2", bytes([0, 1]))
print(hashlib.sha256(text.encode()).hexdigest())

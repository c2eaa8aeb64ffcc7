// Makes small files in place of real data and prints their folder.
#include <iostream>

#include "datasets/fake_data_root.h"

int main() { std::cout << bigstep::FakeDataRoot() << "\n"; }

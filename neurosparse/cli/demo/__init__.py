"""The command `demo`: a whole insect brain, simulated, checked and measured."""

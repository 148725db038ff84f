"""What is measured on a face, what it is compared with, and what a window of it says. Pure: numpy only."""

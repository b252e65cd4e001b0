"""Movies of trajectories: disks in their box, frame by frame, as pictures for `anticorr.storage`."""

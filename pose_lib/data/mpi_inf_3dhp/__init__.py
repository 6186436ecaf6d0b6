"""MPI-INF-3DHP: people filmed in a green-screen studio and outdoors, whose 3D poses need no markers."""

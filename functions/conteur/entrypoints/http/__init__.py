"""HTTP routes: what every request passes, and how it is answered; knows nothing of stores."""

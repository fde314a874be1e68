"""A fibre with T-tubules, as `fibre` of conftest.py makes it."""

FACTOR, SHARE, ZETA = 0.21, 0.003, 0.0125  # diffusion_factor, volume_fraction, volume_per_area (um)
BATH = {"ko": 14.5, "nao": 128.3}  # mM, of the muscle's 4.5 and 138.3

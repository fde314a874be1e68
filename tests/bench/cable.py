"""The cable that every code computes."""

HOURS = 3600e3  # ms
LENGTH, DIAMETER, ANION = 1000.0, 2.0, 152.01451  # um, um, mM
FARADAY, RT_F = 96485.33212, 8.31446261815324 * 310.15 / 96.48533212  # C/mol, mV
G_NA, G_K, PUMP = 2.19622e-5, 7.99278e-5, 1.16501e-2  # S/cm2, S/cm2, mA/cm2
PER_MV = 1e-6 * 1e-3 * 1e6 * (4e4 / DIAMETER) / FARADAY  # mM of charge that 1 mV puts on 1 uF/cm2


def section(compartments: int):
    """P1h's cylinder in NEURON."""
    from models.simulator.runtime import h

    sec = h.Section(name="cable")
    sec.L, sec.diam, sec.nseg, sec.Ra, sec.cm = LENGTH, DIAMETER, compartments, 100, 1
    return sec

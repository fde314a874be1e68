/* P1h (p1h.py) in plain C by SUNDIALS' CVODE: BDF, banded Jacobian by differences. Units as in NEURON.

   cvode COMPARTMENTS TOLERANCE    prints its CPU time, counts and end state as JSON */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_config.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunmatrix/sunmatrix_band.h>

#if SUNDIALS_VERSION_MAJOR < 6
#error "SUNDIALS 6 or newer is needed"
#endif

static const double LENGTH = 1000, DIAMETER = 2, ANION = 152.01451; /* um, um, mM */
static const double FARADAY = 96485.33212, RT_F = 8.31446261815324 * 310.15 / 96.48533212; /* C/mol, mV */
static const double G_NA = 2.19622e-5, G_K = 7.99278e-5, PUMP = 1.16501e-2; /* S/cm2, S/cm2, mA/cm2 */
static const double HOURS = 3600e3; /* ms */

typedef struct {
    int n;
    int blocked; /* whether the far half's pump is */
} Cable;

static int rates(double t, N_Vector state, N_Vector rate, void *data) {
    const Cable *cable = data;
    const int n = cable->n;
    const double *z = N_VGetArrayPointer(state);
    double *f = N_VGetArrayPointer(rate);
    const double width = LENGTH / n, into = 4e4 / DIAMETER / FARADAY;
    const double spread[3] = {
        1e3 * (DIAMETER * 1e-4 / 4) / (100 * (width * 1e-4) * (width * 1e-4)), 1.33 / (width * width),
        1.96 / (width * width)};
    for (int i = 0; i < n; i++) {
        const double v = z[3 * i], na = z[3 * i + 1], k = z[3 * i + 2];
        if (na <= 0 || k <= 0) return 1;
        const double site = na / (na + 10), outside = 4 / 5.5;
        const double running = cable->blocked && (i + 0.5) / n > 0.5 ? 0 : 1;
        const double cycle = running * PUMP * site * site * site * outside * outside;
        const double i_na = G_NA * (v - RT_F * log(145 / na)) + 3 * cycle;
        const double i_k = G_K * (v - RT_F * log(4 / k)) - 2 * cycle;
        f[3 * i] = -1e3 * (i_na + i_k);
        f[3 * i + 1] = -into * i_na;
        f[3 * i + 2] = -into * i_k;
        for (int j = 0; j < 3; j++) {
            const int at = 3 * i + j;
            if (i > 0) f[at] += spread[j] * (z[at - 3] - z[at]);
            if (i < n - 1) f[at] += spread[j] * (z[at + 3] - z[at]);
        }
    }
    return 0;
}

static void print_every_third(const char *name, const double *z, int n) {
    printf(", \"%s\": [", name);
    for (int i = 0; i < n; i++) printf("%s%.17g", i ? ", " : "", z[3 * i]);
    printf("]");
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    Cable cable = {atoi(argv[1]), 0};
    const double tolerance = atof(argv[2]);
    const int n = cable.n;
    SUNContext context;
#if SUNDIALS_VERSION_MAJOR >= 7
    if (SUNContext_Create(SUN_COMM_NULL, &context)) return 1;
#else
    if (SUNContext_Create(NULL, &context)) return 1;
#endif
    N_Vector state = N_VNew_Serial(3 * n, context);
    double *z = N_VGetArrayPointer(state), reached = 0;
    const double per_mv = 1e-3 * (4e4 / DIAMETER) / FARADAY;
    for (int i = 0; i < n; i++) {
        z[3 * i] = -70;
        z[3 * i + 1] = 12 + 16 * (i + 0.5) / n;
        z[3 * i + 2] = ANION - per_mv * 70 - z[3 * i + 1];
    }
    const clock_t began = clock();
    SUNMatrix matrix = SUNBandMatrix(3 * n, 3, 3, context);
    SUNLinearSolver solver = SUNLinSol_Band(state, matrix, context);
    long evaluations = 0, jacobians = 0, factorisations = 0;
    for (int phase = 0; phase < 2; phase++) {
        void *cvode = CVodeCreate(CV_BDF, context);
        long of_steps, of_jacobians, jacobians_here, setups;
        cable.blocked = phase;
        if (CVodeInit(cvode, rates, 0, state) || CVodeSStolerances(cvode, tolerance, tolerance) ||
            CVodeSetUserData(cvode, &cable) || CVodeSetLinearSolver(cvode, solver, matrix) ||
            CVodeSetMaxNumSteps(cvode, 1000000) || CVodeSetStopTime(cvode, 2 * HOURS) ||
            CVode(cvode, 2 * HOURS, state, &reached, CV_NORMAL) < 0)
            return 1;
        CVodeGetNumRhsEvals(cvode, &of_steps);
        CVodeGetNumLinRhsEvals(cvode, &of_jacobians);
        CVodeGetNumJacEvals(cvode, &jacobians_here);
        CVodeGetNumLinSolvSetups(cvode, &setups);
        evaluations += of_steps + of_jacobians;
        jacobians += jacobians_here;
        factorisations += setups;
        CVodeFree(&cvode);
    }
    printf("{\"seconds\": %.6f", (double)(clock() - began) / CLOCKS_PER_SEC);
    printf(", \"evaluations\": %ld, \"jacobians\": %ld, \"factorisations\": %ld", evaluations, jacobians,
           factorisations);
    print_every_third("v", z, n);
    print_every_third("na", z + 1, n);
    print_every_third("k", z + 2, n);
    printf("}\n");
    return 0;
}

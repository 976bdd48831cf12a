/* Stands in for NVIDIA's management library: two GPUs, the second of which can be lost. Values come from a file, so that a test can change them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { unsigned gpu, memory; } utilization;
typedef struct { unsigned long long total, freed, used; } memory;

static int state(void)
{
    FILE *file = fopen(getenv("STAND_IN_NVML_STATE"), "r");
    int value = -1;
    if (!file) return -1;
    if (fscanf(file, "%d", &value) != 1) value = -1;
    fclose(file);
    return value;
}

static int number(void *device) { return (int)(size_t)device - 1; }
static int lost(void *device) { return number(device) == 1 && state() == 1 ? 15 : 0; }

int nvmlInit_v2(void) { return state() == 9 ? 9 : 0; }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int result) { return result == 15 ? "GPU is lost" : result == 9 ? "Driver Not Loaded" : "Not Supported"; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 2; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) { *device = (void *)(size_t)(index + 1); return 0; }
int nvmlDeviceGetName(void *device, char *name, unsigned length) { snprintf(name, length, "Stand-in %d", number(device)); return 0; }
int nvmlDeviceGetUtilizationRates(void *device, utilization *rates)
{
    rates->gpu = 40 + 10 * number(device);
    rates->memory = 5;
    return lost(device);
}
int nvmlDeviceGetMemoryInfo(void *device, memory *info)
{
    info->total = 80ULL << 30;
    info->used = (1ULL + number(device)) << 30;
    info->freed = info->total - info->used;
    return lost(device);
}
int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts) { *milliwatts = 123500; return lost(device); }
int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned *milliwatts) { *milliwatts = 700000; return number(device) == 0 ? 3 : lost(device); }
int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *degrees) { *degrees = 51 + sensor; return lost(device); }

using Microsoft.Extensions.Options;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.Machine;

/// <summary>What the driver reports about the machine's GPUs. One caller at a time.</summary>
internal sealed class DeviceReader : IDisposable
{
    private readonly NvmlLibrary? _library;
    private readonly string?[] _names = [];

    public DeviceReader(IOptions<TelemetryOptions> options)
    {
        string file = options.Value.NvmlLibrary ?? (OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1");
        if (!NvmlLibrary.TryOpen(file, out _library, out string? reason))
        {
            Absence = reason;
            return;
        }

        _names = new string?[_library.CountDevices()];
        if (_names.Length == 0)
            Absence = "The NVIDIA driver reports no GPU.";
    }

    /// <summary>Why there are no GPU figures; null when there are.</summary>
    public string? Absence { get; }

    /// <returns>Null without a GPU.</returns>
    public DeviceState[]? Read() =>
        _library is null || _names.Length == 0 ? null : [.. Enumerable.Range(0, _names.Length).Select(index => Read(_library, index))];

    public void Dispose() => _library?.Dispose();

    private DeviceState Read(NvmlLibrary library, int index)
    {
        if (!library.TryGetDevice(index, out nint device, out string? reason))
            return new DeviceState(index, NameOf(index)) { Problem = reason };
        _names[index] ??= library.NameOf(device);
        double? utilization = library.UtilizationOf(device, out string? problem);
        (long Used, long Total)? memory = library.MemoryOf(device);
        return new DeviceState(index, NameOf(index))
        {
            Utilization = utilization,
            MemoryUsedBytes = memory?.Used,
            MemoryTotalBytes = memory?.Total,
            PowerWatts = library.PowerOf(device),
            PowerLimitWatts = library.PowerLimitOf(device),
            Temperature = library.TemperatureOf(device),
            Problem = problem,
        };
    }

    private string NameOf(int index) => _names[index] ?? $"GPU {index}";
}

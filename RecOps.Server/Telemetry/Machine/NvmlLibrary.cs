using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace RecOps.Server.Telemetry.Machine;

/// <summary>
/// The used part of NVML, which comes with NVIDIA's driver. It is loaded if present, and every function is looked up, so that an old or
/// missing driver is not an error.
/// </summary>
internal sealed unsafe class NvmlLibrary : IDisposable
{
    private const int Success = 0;
    private const int NameLength = 96;
    private const int GpuSensor = 0;
    private readonly nint _library;
    private readonly delegate* unmanaged<int> _shutdown;
    private readonly delegate* unmanaged<int, nint> _errorString;
    private readonly delegate* unmanaged<uint*, int> _count;
    private readonly delegate* unmanaged<uint, nint*, int> _handle;
    private readonly delegate* unmanaged<nint, byte*, uint, int> _name;
    private readonly delegate* unmanaged<nint, UtilizationRates*, int> _utilization;
    private readonly delegate* unmanaged<nint, MemoryInfo*, int> _memory;
    private readonly delegate* unmanaged<nint, uint*, int> _power;
    private readonly delegate* unmanaged<nint, uint*, int> _powerLimit;
    private readonly delegate* unmanaged<nint, int, uint*, int> _temperature;
    private bool _closed;

    private NvmlLibrary(nint library)
    {
        _library = library;
        _shutdown = (delegate* unmanaged<int>)Find("nvmlShutdown");
        _errorString = (delegate* unmanaged<int, nint>)Find("nvmlErrorString");
        _count = (delegate* unmanaged<uint*, int>)Find("nvmlDeviceGetCount_v2");
        _handle = (delegate* unmanaged<uint, nint*, int>)Find("nvmlDeviceGetHandleByIndex_v2");
        _name = (delegate* unmanaged<nint, byte*, uint, int>)Find("nvmlDeviceGetName");
        _utilization = (delegate* unmanaged<nint, UtilizationRates*, int>)Find("nvmlDeviceGetUtilizationRates");
        _memory = (delegate* unmanaged<nint, MemoryInfo*, int>)Find("nvmlDeviceGetMemoryInfo");
        _power = (delegate* unmanaged<nint, uint*, int>)Find("nvmlDeviceGetPowerUsage");
        _powerLimit = (delegate* unmanaged<nint, uint*, int>)Find("nvmlDeviceGetEnforcedPowerLimit");
        _temperature = (delegate* unmanaged<nint, int, uint*, int>)Find("nvmlDeviceGetTemperature");
    }

    /// <param name="file">Path or name of the library.</param>
    /// <param name="reason">Why it cannot be used.</param>
    public static bool TryOpen(string file, [NotNullWhen(true)] out NvmlLibrary? opened, [NotNullWhen(false)] out string? reason)
    {
        opened = null;
        if (!NativeLibrary.TryLoad(file, out nint library))
        {
            reason = $"No NVIDIA driver: {file} was not found.";
            return false;
        }

        var found = new NvmlLibrary(library);
        var start = (delegate* unmanaged<int>)found.Find("nvmlInit_v2");
        if (start == null || found._count == null || found._handle == null)
        {
            NativeLibrary.Free(library);
            reason = $"{file} is too old to report GPUs. Update the NVIDIA driver.";
            return false;
        }

        int started = start();
        if (started == Success)
        {
            opened = found;
            reason = null;
            return true;
        }

        reason = $"The NVIDIA driver failed to start: {found.Describe(started)}.";
        NativeLibrary.Free(library);
        return false;
    }

    public int CountDevices()
    {
        uint count;
        return _count(&count) == Success ? (int)count : 0;
    }

    /// <param name="reason">Why there is none.</param>
    public bool TryGetDevice(int index, out nint device, [NotNullWhen(false)] out string? reason)
    {
        nint found;
        int result = _handle((uint)index, &found);
        device = found;
        reason = result == Success ? null : Describe(result);
        return result == Success;
    }

    /// <returns>Null when the driver does not report it.</returns>
    public string? NameOf(nint device)
    {
        byte* name = stackalloc byte[NameLength];
        if (_name == null || _name(device, name, NameLength) != Success)
            return null;
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }

    /// <returns>Percentage over the driver's last sampling period; null when it does not report it.</returns>
    /// <param name="problem">Why not, when the device itself has failed.</param>
    public double? UtilizationOf(nint device, out string? problem)
    {
        problem = null;
        if (_utilization == null)
            return null;
        UtilizationRates rates;
        int result = _utilization(device, &rates);
        if (result == Success)
            return rates.Gpu;
        if (result is (int)Failure.GpuIsLost or (int)Failure.ResetRequired or (int)Failure.Unknown)
            problem = Describe(result);
        return null;
    }

    /// <returns>Bytes; null when the driver does not report them.</returns>
    public (long Used, long Total)? MemoryOf(nint device)
    {
        MemoryInfo memory;
        return _memory != null && _memory(device, &memory) == Success ? ((long)memory.Used, (long)memory.Total) : null;
    }

    /// <returns>Watts; null when the driver does not report them.</returns>
    public double? PowerOf(nint device) => Number(_power, device) / 1000.0;

    /// <returns>Watts; null when the driver does not report them.</returns>
    public double? PowerLimitOf(nint device) => Number(_powerLimit, device) / 1000.0;

    /// <returns>Degrees Celsius; null when the driver does not report them.</returns>
    public double? TemperatureOf(nint device)
    {
        uint degrees;
        return _temperature != null && _temperature(device, GpuSensor, &degrees) == Success ? degrees : null;
    }

    public void Dispose()
    {
        if (_closed)
            return;
        _closed = true;
        if (_shutdown != null)
            _ = _shutdown();
        NativeLibrary.Free(_library);
    }

    private static uint? Number(delegate* unmanaged<nint, uint*, int> read, nint device)
    {
        uint number;
        return read != null && read(device, &number) == Success ? number : null;
    }

    private string Describe(int result) =>
        (_errorString == null ? null : Marshal.PtrToStringUTF8(_errorString(result))) ?? $"NVML error {result}";

    private void* Find(string name) => NativeLibrary.TryGetExport(_library, name, out nint function) ? (void*)function : null;

    private enum Failure
    {
        GpuIsLost = 15,
        ResetRequired = 16,
        Unknown = 999,
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct UtilizationRates
    {
        public uint Gpu;
        public uint Memory;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct MemoryInfo
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using RecOps.Server.Telemetry;
using RecOps.Server.Telemetry.Machine;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.Machine;

/// <summary>GPU figures from a stand-in for NVML, compiled from C on the machine.</summary>
public sealed partial class DeviceReaderTests : IDisposable
{
    private const string StateVariable = "STAND_IN_NVML_STATE";
    private readonly TempDirectory _directory = new();

    [Fact]
    public void Read_NoLibrary_SaysSo()
    {
        using DeviceReader reader = Open("libnothing-of-the-kind.so.1");

        Assert.Null(reader.Read());
        Assert.Equal("No NVIDIA driver: libnothing-of-the-kind.so.1 was not found.", reader.Absence);
    }

    [Fact]
    public void Read_SeveralGpus_EachWithItsFiguresAndWithoutThoseTheDriverLacks()
    {
        using DeviceReader reader = Open(Build(state: 0));

        DeviceState[] devices = reader.Read()!;

        Assert.Null(reader.Absence);
        Assert.Equal(
            [
                new DeviceState(0, "Stand-in 0")
                {
                    Utilization = 40,
                    MemoryUsedBytes = 1L << 30,
                    MemoryTotalBytes = 80L << 30,
                    PowerWatts = 123.5,
                    Temperature = 51,
                },
                new DeviceState(1, "Stand-in 1")
                {
                    Utilization = 50,
                    MemoryUsedBytes = 2L << 30,
                    MemoryTotalBytes = 80L << 30,
                    PowerWatts = 123.5,
                    PowerLimitWatts = 700,
                    Temperature = 51,
                },
            ],
            devices
        );
    }

    [Fact]
    public void Read_GpuLost_KeepsItsNameAndSaysWhy()
    {
        using DeviceReader reader = Open(Build(state: 0));
        Assert.Null(reader.Read()![1].Problem);

        _directory.Write("state", "1");

        DeviceState[] devices = reader.Read()!;
        Assert.Null(devices[0].Problem);
        Assert.Equal(new DeviceState(1, "Stand-in 1") { Problem = "GPU is lost" }, devices[1]);
    }

    [Fact]
    public void Read_DriverDoesNotStart_SaysSo()
    {
        using DeviceReader reader = Open(Build(state: 9));

        Assert.Null(reader.Read());
        Assert.Equal("The NVIDIA driver failed to start: Driver Not Loaded.", reader.Absence);
    }

    public void Dispose() => _directory.Dispose();

    private static DeviceReader Open(string library) => new(Options.Create(new TelemetryOptions { NvmlLibrary = library }));

    private string Build(int state)
    {
        _directory.Write("state", $"{state}");

        // The runtime's environment is a copy that C code does not see.
        Assert.Equal(0, SetVariable(StateVariable, _directory.At("state"), 1));
        string library = _directory.At("libnvidia-ml.so.1");
        string source = Path.Combine(AppContext.BaseDirectory, "Server", "Telemetry", "Machine", "StandInNvml.c");
        try
        {
            using Process compiler = Process.Start(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-o", library, source]))!;
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.False(
                Environment.GetEnvironmentVariable("RECOPS_REQUIRE_ALL") == "1",
                "There is no C compiler, and no test may be skipped."
            );
            Assert.Skip("There is no C compiler (cc).");
        }

        return library;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}

using Bunit;
using Microsoft.Extensions.DependencyInjection;
using RecOps.Client.Telemetry;
using RecOps.Client.Telemetry.Compute;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry.Compute;

public sealed class ComputePageTests : ConsoleTest
{
    private static readonly DeviceState Gpu = new(0, "NVIDIA H100")
    {
        Utilization = 78,
        MemoryUsedBytes = 12_000_000_000,
        MemoryTotalBytes = 80_000_000_000,
        PowerWatts = 310,
        PowerLimitWatts = 700,
        Temperature = 61,
    };

    [Fact]
    public async Task Open_OnTheCpu_SaysWhyAndThatThereIsNoGpu()
    {
        IRenderedComponent<ComputePage> page = await OpenAsync(Sample.Snapshot(0));

        string device = page.Find("[aria-labelledby=device-title]").TextContent;
        Assert.Contains("No CUDA in this build.", device, StringComparison.Ordinal);
        Assert.Contains("CPU figures are shown instead.", device, StringComparison.Ordinal);
        Assert.Contains(
            "No lists were computed in the last minute.",
            page.Find("[aria-labelledby=sizes-title]").TextContent,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(page.FindAll(".chart h2"), title => title.TextContent == "Power");
    }

    [Fact]
    public async Task Open_WithAGpu_ShowsItsFigures()
    {
        TelemetryWindow minute = Sample.Window(-59, 2400, 60);
        minute.Devices = [Gpu];
        IRenderedComponent<ComputePage> page = await OpenAsync(Sample.Snapshot(0, minute, Sample.Server("cuda", "cuda")));

        string row = string.Join(
            ' ',
            page.Find("[aria-label=GPUs] tbody tr").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
        Assert.Contains("NVIDIA H100", row, StringComparison.Ordinal);
        Assert.Contains("310 W of 700", row, StringComparison.Ordinal);
        Assert.Contains(page.FindAll(".chart h2"), title => title.TextContent == "Power");
    }

    private async Task<IRenderedComponent<ComputePage>> OpenAsync(TelemetrySnapshot snapshot)
    {
        RenderSurroundings();
        Services.GetRequiredService<TelemetryFeed>().Start();
        IRenderedComponent<ComputePage> page = RenderAt<ComputePage>("/compute");
        Assert.Equal(4, page.FindAll(".plot-skeleton").Count);
        await Stream.ConnectedAsync();
        await Stream.SendAsync(snapshot);
        page.WaitForElement(".chart .legend");
        return page;
    }
}

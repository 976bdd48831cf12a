using RecOps.Client.Shell;
using RecOps.Client.Telemetry;
using Xunit;

namespace RecOps.Tests.Client.Telemetry;

public sealed class SummaryTests
{
    [Theory]
    [InlineData(FeedStatus.Live, 1, "Live", "")]
    [InlineData(FeedStatus.Live, 4, "Live", "last update 4 s ago")]
    [InlineData(FeedStatus.Reconnecting, 12, "Reconnecting", "last update 12 s ago")]
    [InlineData(FeedStatus.Offline, 200, "Offline", "last update 3 min ago")]
    [InlineData(FeedStatus.Offline, null, "Offline", "no data yet")]
    [InlineData(FeedStatus.Connecting, null, "Connecting", "")]
    public void Connection_AnyStatus_SaysHowFreshTheViewIs(FeedStatus status, int? age, string label, string detail)
    {
        DateTimeOffset? last = age is null ? null : Sample.Noon.AddSeconds(-age.Value);

        ConnectionSummary summary = ConnectionSummary.Of(status, last, Sample.Noon);

        Assert.Equal((label, detail), (summary.Label, summary.Detail));
    }

    [Theory]
    [InlineData("cpu", "auto", "CPU", Tone.Neutral, "No GPU in use: showing CPU.")]
    [InlineData("cuda", "auto", "CUDA", Tone.Good, "The ranker runs on the GPU through CUDA.")]
    [InlineData("cpu", "cuda", "CPU", Tone.Warn, "CUDA is configured, but CPU is in use.")]
    public void Provider_AnyActual_SaysPlainlyWhetherAGpuIsInUse(string actual, string configured, string name, Tone tone, string sentence)
    {
        ProviderSummary summary = ProviderSummary.Of(new(configured, actual, ""));

        Assert.Equal((name, tone, sentence), (summary.Name, summary.Tone, summary.Sentence));
    }
}

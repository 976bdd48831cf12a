using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Engine;
using Xunit;

namespace RecOps.Tests.Serving.Engine;

public sealed class AdmissionTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SchedulingDelay _delay;
    private readonly ServingOptions _options = new()
    {
        MaxInFlight = 3,
        MinComputing = 2,
        MaxQueueMs = 20,
        DeadlineMs = 100,
    };

    public AdmissionTests() => _delay = new SchedulingDelay(_time, () => long.MaxValue);

    [Fact]
    public void TryEnter_MoreThanMaxInFlight_RefusedUntilOneLeaves()
    {
        Admission admission = Create();

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => admission.TryEnter(out long _)));
        Assert.Equal(3, admission.InFlight);
        admission.Exit();
        Assert.True(admission.TryEnter(out _));
    }

    [Fact]
    public void TryCompute_NoRoomToCompute_LesserListsStillGiven()
    {
        Admission admission = Create();

        Assert.True(admission.HasRoom(0));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => admission.TryCompute(0)));
        Assert.False(admission.HasRoom(0));
        Assert.True(admission.TryEnter(out _));
    }

    [Theory]
    [InlineData(19, true)]
    [InlineData(21, false)]
    [InlineData(101, false)]
    public void TryCompute_LongWaitForAThread_LesserListsStillGiven(int milliseconds, bool computes)
    {
        Admission admission = Create();
        _delay.TryQueue();
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.True(admission.TryEnter(out long waited));
        Assert.Equal(computes, admission.HasRoom(waited));
        Assert.Equal(computes, admission.TryCompute(waited));
    }

    private Admission Create() => new(Options.Create(_options), _delay, _time);
}

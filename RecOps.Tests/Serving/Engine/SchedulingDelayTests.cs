using Microsoft.Extensions.Time.Testing;
using RecOps.Serving.Engine;
using Xunit;

namespace RecOps.Tests.Serving.Engine;

public sealed class SchedulingDelayTests
{
    private readonly FakeTimeProvider _time = new();
    private long _pending = long.MaxValue;

    [Fact]
    public void Ticks_ProbeStillQueued_ItsAge()
    {
        var delay = new SchedulingDelay(_time, () => _pending);
        Assert.True(delay.TryQueue());
        _time.Advance(TimeSpan.FromMilliseconds(70));

        Assert.Equal(70, Milliseconds(delay));
        Assert.False(delay.TryQueue());
    }

    [Fact]
    public void Ticks_ProbeCameThrough_WhatItWaited()
    {
        var delay = new SchedulingDelay(_time, () => _pending);
        delay.TryQueue();
        _time.Advance(TimeSpan.FromMilliseconds(30));
        delay.Ran();
        _time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal(30, Milliseconds(delay));
        Assert.True(delay.TryQueue());
    }

    [Fact]
    public void Ticks_NothingPending_Nothing()
    {
        var delay = new SchedulingDelay(_time, () => _pending);
        delay.TryQueue();
        _time.Advance(TimeSpan.FromMilliseconds(30));
        delay.Ran();
        _pending = 0;

        Assert.Equal(0, Milliseconds(delay));
    }

    [Fact]
    public void TryQueue_NothingPending_NoProbeAndWhatWasIsForgotten()
    {
        var delay = new SchedulingDelay(_time, () => _pending);
        delay.TryQueue();
        _time.Advance(TimeSpan.FromMilliseconds(30));
        delay.Ran();
        _pending = 0;
        Assert.False(delay.TryQueue());
        _pending = long.MaxValue;

        Assert.Equal(0, Milliseconds(delay));
        Assert.True(delay.TryQueue());
    }

    private static long Milliseconds(SchedulingDelay delay) => delay.Ticks / TimeSpan.TicksPerMillisecond;
}

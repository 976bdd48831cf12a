using RecOps.Server.Telemetry.Alerts;
using RecOps.Shared.Telemetry;
using Xunit;

namespace RecOps.Tests.Server.Telemetry.Alerts;

public sealed class AlertProgressTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 3, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(15);

    [Fact]
    public void Next_ConditionHolds_PendingThenFiring()
    {
        AlertProgress progress = AlertProgress.Quiet.Next("found", Start, Hold);
        Assert.Equal((AlertStatus.Pending, Start), (progress.Status, progress.Since!.Value));

        progress = progress.Next("found", Start.AddSeconds(14), Hold);
        Assert.Equal(AlertStatus.Pending, progress.Status);

        progress = progress.Next("found again", Start.AddSeconds(15), Hold);
        Assert.Equal((AlertStatus.Firing, Start.AddSeconds(15), "found again"), (progress.Status, progress.Since!.Value, progress.Detail));
    }

    [Fact]
    public void Next_ConditionGoesBeforeItHeld_NeverFires()
    {
        AlertProgress progress = AlertProgress
            .Quiet.Next("found", Start, Hold)
            .Next(null, Start.AddSeconds(10), Hold)
            .Next("found", Start.AddSeconds(20), Hold);
        Assert.Equal((AlertStatus.Pending, Start.AddSeconds(20)), (progress.Status, progress.Since!.Value));
    }

    [Fact]
    public void Next_FiringAndGoneForAMoment_GoesOn()
    {
        AlertProgress firing = AlertProgress.Quiet.Next("found", Start, Hold).Next("found", Start.AddSeconds(15), Hold);

        AlertProgress gone = firing.Next(null, Start.AddSeconds(20), Hold).Next(null, Start.AddSeconds(30), Hold);
        Assert.Equal(AlertStatus.Firing, gone.Status);
        Assert.Equal(firing, gone.Next("found", Start.AddSeconds(32), Hold));
        Assert.Equal(
            (AlertStatus.Quiet, Start.AddSeconds(35)),
            (gone.Next(null, Start.AddSeconds(35), Hold).Status, gone.Next(null, Start.AddSeconds(35), Hold).Since!.Value)
        );
    }
}

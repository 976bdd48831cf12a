using RecOps.Shared.Bundles;
using Xunit;

namespace RecOps.Tests.Shared.Bundles;

public sealed class ContextFeaturesTests
{
    private static readonly string[] All = ["hourSin", "hourCos", "weekdaySin", "weekdayCos", "yearSin", "yearCos", "placement:cart"];

    [Fact]
    public void Fill_KnownTime_GivesItsAngles()
    {
        var row = new float[All.Length];
        new ContextFeatures(All).Fill(new DateTimeOffset(2023, 1, 1, 6, 0, 0, TimeSpan.Zero), "cart", row);
        double week = Math.Tau * 0.25 / 7;
        double year = Math.Tau * 0.25 / 365;
        float[] expected = [1, 0, (float)Math.Sin(week), (float)Math.Cos(week), (float)Math.Sin(year), (float)Math.Cos(year), 1];
        for (int i = 0; i < row.Length; i++)
            Assert.Equal(expected[i], row[i], 1e-5f);
    }

    [Fact]
    public void Fill_SameInstantInAnotherZone_IsTheSame()
    {
        var (here, there) = (new float[All.Length], new float[All.Length]);
        var features = new ContextFeatures(All);
        var moment = new DateTimeOffset(2024, 2, 29, 23, 30, 0, TimeSpan.Zero);
        features.Fill(moment, "home", here);
        features.Fill(moment.ToOffset(TimeSpan.FromHours(9)), "home", there);
        Assert.Equal(here, there);
        Assert.Equal(0, here[^1]);
    }

    [Theory]
    [InlineData("minuteSin")]
    [InlineData("placement:")]
    public void Constructor_UnknownName_IsRefusedWithTheKnownOnes(string name)
    {
        var error = Assert.Throws<BundleException>(() => new ContextFeatures(["hourSin", name]));
        Assert.Contains($"features.context[1] is '{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("hourSin, hourCos", error.Message, StringComparison.Ordinal);
    }
}

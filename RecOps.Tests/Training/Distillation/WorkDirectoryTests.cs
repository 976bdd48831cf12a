using RecOps.Training.Distillation;
using Xunit;

namespace RecOps.Tests.Training.Distillation;

public sealed class WorkDirectoryTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Output => _directory.At("model");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_SameOptions_ResumesWithWhatWasFinished()
    {
        WorkDirectory.Open(Output, "one").Part("seed-1").Write("din.weights", path => File.WriteAllText(path, "…"));

        WorkDirectory again = WorkDirectory.Open(Output, "one");

        Assert.Equal((true, false), (again.IsResumed, again.ReplacedOther));
        Assert.True(again.Part("seed-1").Has("din.weights"));
        Assert.True(WorkDirectory.HasFinishedSteps(Output));
    }

    [Fact]
    public void Open_OtherOptions_StartsAfreshAndKnowsThatItReplacedSomething()
    {
        WorkDirectory.Open(Output, "one").Part("seed-1").Write("din.weights", path => File.WriteAllText(path, "…"));

        WorkDirectory other = WorkDirectory.Open(Output, "two");

        Assert.Equal((false, true), (other.IsResumed, other.ReplacedOther));
        Assert.False(WorkDirectory.HasFinishedSteps(Output));
    }

    [Fact]
    public void Open_FirstTime_ReplacesNothing()
    {
        WorkDirectory first = WorkDirectory.Open(Output, "one");

        Assert.Equal((false, false), (first.IsResumed, first.ReplacedOther));
        Assert.False(WorkDirectory.HasFinishedSteps(Output));
    }
}

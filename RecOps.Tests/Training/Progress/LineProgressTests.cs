using Microsoft.Extensions.Time.Testing;
using RecOps.Training.Progress;
using Xunit;

namespace RecOps.Tests.Training.Progress;

public sealed class LineProgressTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Report_WithinTheInterval_WritesNothing()
    {
        using IProgressTask task = Start();

        _time.Advance(TimeSpan.FromSeconds(9));
        task.Report(50);

        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void Report_AfterTheInterval_WritesShareAndTimeLeft()
    {
        using IProgressTask task = Start();

        _time.Advance(TimeSpan.FromSeconds(10));
        task.Report(25, "loss 0.5");

        Assert.Contains("Work: 25", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("30.0 s left (loss 0.5)", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_OfFinishedNestedWork_NamesItsParent()
    {
        using IProgressTask task = Start();
        using (IProgressTask child = task.Start("Part", 1))
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            child.Report(1);
        }

        Assert.Equal("Work: Part: done in 2.0 s\n", _output.ToString());
    }

    [Fact]
    public void Dispose_OfUnfinishedWork_DoesNotReportItAsDone()
    {
        using (IProgressTask task = Start())
            task.Report(99);

        Assert.Equal("", _output.ToString());
    }

    private IProgressTask Start() => new LineProgress(_output, TimeSpan.FromSeconds(10), _time).Start("Work", 100);
}

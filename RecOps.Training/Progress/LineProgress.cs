namespace RecOps.Training.Progress;

/// <summary>Progress for logs and pipes: lines at intervals while a task runs, and one when it ends.</summary>
/// <param name="output">Receives the lines.</param>
/// <param name="interval">Time between two lines of one task.</param>
internal sealed class LineProgress(TextWriter output, TimeSpan interval, TimeProvider time) : ITrainingProgress
{
    private readonly Lock _lock = new();

    public IProgressTask Start(string name, double total) => new Task(this, name, total);

    public void Say(string sentence) => WriteLine(sentence);

    private void WriteLine(string line)
    {
        lock (_lock)
            output.WriteLine(line);
    }

    private sealed class Task(LineProgress owner, string name, double total) : IProgressTask
    {
        private readonly long _start = owner.Now;
        private long _shown = owner.Now;
        private double _done;
        private string? _detail;

        public IProgressTask Start(string child, double childTotal) => new Task(owner, $"{name}: {child}", childTotal);

        public void Say(string sentence) => owner.Say(sentence);

        public void Report(double done, string? detail = null)
        {
            _done = done;
            _detail = detail ?? _detail;
            if (owner.Since(_shown) < owner.Interval)
                return;
            _shown = owner.Now;
            double share = Math.Clamp(done / total, 0, 1);
            string left = share > 0.01 ? $", {Duration(owner.Since(_start) * ((1 - share) / share))} left" : "";
            owner.WriteLine($"{name}: {share:P0}{left}{Suffix}");
        }

        public void Dispose()
        {
            if (_done >= total)
                owner.WriteLine($"{name}: done in {Duration(owner.Since(_start))}{Suffix}");
        }

        private string Suffix => string.IsNullOrEmpty(_detail) ? "" : $" ({_detail})";

        private static string Duration(TimeSpan span) =>
            span.TotalMinutes >= 1 ? $"{(int)span.TotalMinutes} min {span.Seconds} s" : $"{span.TotalSeconds:0.0} s";
    }

    private long Now => time.GetTimestamp();

    private TimeSpan Interval => interval;

    private TimeSpan Since(long timestamp) => time.GetElapsedTime(timestamp);
}

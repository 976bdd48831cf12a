using Spectre.Console;

namespace RecOps.Training.Progress;

/// <summary>Progress for a terminal: a bar with percentage and time left for each task.</summary>
internal sealed class BarProgress : ITrainingProgress
{
    private readonly IAnsiConsole _console;
    private readonly ProgressContext _context;

    private BarProgress(IAnsiConsole console, ProgressContext context) => (_console, _context) = (console, context);

    /// <summary>Shows bars while the work runs.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, Func<ITrainingProgress, Task<T>> work) =>
        console
            .Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(context => work(new BarProgress(console, context)));

    public IProgressTask Start(string name, double total) => new Bar(this, name, 0, total);

    // Written above the bars.
    public void Say(string sentence) => _console.WriteLine(sentence);

    private sealed class Bar : IProgressTask
    {
        private readonly BarProgress _owner;
        private readonly ProgressTask _task;
        private readonly string _name;
        private readonly int _depth;

        public Bar(BarProgress owner, string name, int depth, double total)
        {
            _owner = owner;
            _depth = depth;
            _name = new string(' ', depth * 2) + Markup.Escape(name);
            _task = owner._context.AddTask(_name, autoStart: true, maxValue: total);
        }

        public IProgressTask Start(string name, double total) => new Bar(_owner, name, _depth + 1, total);

        public void Say(string sentence) => _owner.Say(sentence);

        public void Report(double done, string? detail = null)
        {
            _task.Value = done;
            if (detail is not null)
                _task.Description = $"{_name} [grey]{Markup.Escape(detail)}[/]";
        }

        public void Dispose() => _task.StopTask();
    }
}

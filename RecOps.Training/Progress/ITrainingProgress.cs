namespace RecOps.Training.Progress;

/// <summary>Reports the progress of long work. Thread-safe.</summary>
internal interface ITrainingProgress
{
    /// <summary>Starts a task; one started from within another is shown beneath it.</summary>
    /// <param name="name">Display name.</param>
    /// <param name="total">What <see cref="IProgressTask.Report"/> counts up to, in any unit, above 0.</param>
    IProgressTask Start(string name, double total);

    /// <summary>Shows a sentence that stays, such as an early result.</summary>
    void Say(string sentence);
}

/// <summary>A task; disposing ends it.</summary>
internal interface IProgressTask : ITrainingProgress, IDisposable
{
    /// <param name="done">0 to the total.</param>
    /// <param name="detail">Current detail worth showing, such as the loss.</param>
    void Report(double done, string? detail = null);
}

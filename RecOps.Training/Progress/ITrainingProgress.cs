namespace RecOps.Training.Progress;

/// <summary>Where long work says how far it is. Safe to call from several threads.</summary>
internal interface ITrainingProgress
{
    /// <summary>Begins a piece of work; begun from within another, it is shown beneath that.</summary>
    /// <param name="name">As people read it.</param>
    /// <param name="total">What <see cref="IProgressTask.Report"/> counts up to, in any unit, above 0.</param>
    IProgressTask Start(string name, double total);
}

/// <summary>A piece of work; disposing ends it.</summary>
internal interface IProgressTask : ITrainingProgress, IDisposable
{
    /// <param name="done">0 to the total.</param>
    /// <param name="detail">What is worth knowing at this moment, such as a loss.</param>
    void Report(double done, string? detail = null);
}

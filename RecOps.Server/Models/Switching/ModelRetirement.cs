using Microsoft.Extensions.Options;
using RecOps.Serving.Models;

namespace RecOps.Server.Models.Switching;

/// <summary>
/// Closes replaced models: only once nobody uses them, and after a grace period for callers that just read the reference.
/// </summary>
internal sealed partial class ModelRetirement(
    ActiveModel active,
    IOptions<ModelsOptions> options,
    TimeProvider time,
    ILogger<ModelRetirement> logger
)
{
    private int _waiting;

    /// <summary>Models that are not closed yet.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>No request starts on the model any more; it is closed in the background.</summary>
    public Task Retire(ServingModel model)
    {
        active.Leave(model);
        model.Uses.Close();
        Interlocked.Increment(ref _waiting);
        return CloseAsync(model);
    }

    private async Task CloseAsync(ServingModel model)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Value.RetireAfterSeconds), time);
            await model.Uses.EndedAsync(time);
            await model.DisposeAsync();
            LogClosed(model.Version);

            // A catalogue of millions is memory that an idle server would hold for hours: nothing else triggers a collection.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            NativeHeap.Trim();
        }
        catch (Exception error)
        {
            LogNotClosed(model.Version, error);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    [LoggerMessage(1011, LogLevel.Information, "Model {Model} was closed")]
    private partial void LogClosed(string model);

    [LoggerMessage(1012, LogLevel.Error, "Model {Model} could not be closed")]
    private partial void LogNotClosed(string model, Exception error);
}

using System.Text.Json;
using RecOps.Server.Storage;

namespace RecOps.Server.Rules.Publishing;

/// <summary>
/// Turns rules off and on. It holds on this server at once, whatever the database does: what could not be written is kept, and written as
/// soon as it can, when the other servers follow. A copy is kept in the data directory, where that takes one, so that a restart in between
/// forgets nothing.
/// </summary>
internal sealed partial class KillSwitch(ActiveRules active, IServiceScopeFactory scopes, DataDirectory data, ILogger<KillSwitch> logger)
    : IUnsaved,
        IDisposable
{
    private const string FileName = "kill-switch.json";

    /// <summary>Turns that are kept; of more the oldest are in the server's log only.</summary>
    private const int Room = 10;

    /// <summary>
    /// Size of the file, more than those turns can take. It is there from the beginning: a full disk takes what is written over it.
    /// </summary>
    private const int FileBytes = 32 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly Lock _changes = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private SwitchChange[] _unsaved = [];

    public bool AnyUnsaved => Unsaved is not null;

    /// <summary>How it was turned last, where that is not in the database yet; null when everything is.</summary>
    public SwitchChange? Unsaved
    {
        get
        {
            lock (_changes)
                return _unsaved.LastOrDefault();
        }
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>Turns it, on this server from the next request on.</summary>
    public async Task TurnAsync(SwitchChange turn)
    {
        lock (_changes)
        {
            _unsaved = [.. _unsaved.TakeLast(Room - 1), turn];
            active.Hold(turn.IsOff);
        }

        // A server that does not answer is waited for long; who turned it is told how it stands before.
        await Task.WhenAny(TryWriteAsync(turn), Task.Delay(Patience));
    }

    public Task WriteAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        WriteAsync(services, isLate: true, cancellationToken);

    /// <summary>Takes what the last run could not write, and has the file there for what this one cannot.</summary>
    public void Restore()
    {
        try
        {
            string path = data.PathOf(FileName);
            if (!File.Exists(path))
            {
                Remember();
                return;
            }

            if (JsonSerializer.Deserialize(File.ReadAllBytes(path), RuleContracts.Default.SwitchChangeArray) is not { Length: > 0 } turns)
                return;
            lock (_changes)
            {
                _unsaved = turns;
                active.Hold(turns[^1].IsOff);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(error.Message);
        }
    }

    private async Task TryWriteAsync(SwitchChange turn)
    {
        try
        {
            await using AsyncServiceScope scope = scopes.CreateAsyncScope();
            await WriteAsync(scope.ServiceProvider, isLate: false, CancellationToken.None);
        }
        catch (Exception error)
        {
            // Whatever it was: lists are made as was wanted, and the answer says how far.
            LogKept(turn.IsOff ? "off" : "on", turn.By, DatabaseFailure.ReasonOf(error));
            Remember();
        }
    }

    /// <param name="isLate">Whether somebody may have turned it elsewhere meanwhile, whose turn then counts.</param>
    private async Task WriteAsync(IServiceProvider services, bool isLate, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            SwitchChange[] turns;
            lock (_changes)
                turns = _unsaved;
            if (turns.Length == 0)
                return;
            bool isOff = await services.GetRequiredService<RuleStore>().SaveTurnsAsync(turns, isLate);
            lock (_changes)
            {
                _unsaved = Array.FindAll(_unsaved, turn => !Array.Exists(turns, written => ReferenceEquals(written, turn)));
                if (_unsaved.Length == 0)
                    active.Settle(isOff);
            }

            Remember();
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Remember()
    {
        try
        {
            lock (_changes)
            {
                byte[] page = new byte[FileBytes];
                page.AsSpan().Fill((byte)' ');
                JsonSerializer.SerializeToUtf8Bytes(_unsaved, RuleContracts.Default.SwitchChangeArray).CopyTo(page, 0);

                // In place: beside it there may be no room.
                using FileStream file = new(data.PathOf(FileName), FileMode.OpenOrCreate, FileAccess.Write);
                file.Write(page);
                file.Flush(flushToDisk: true);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotRemembered(error.Message);
        }
    }

    [LoggerMessage(
        1824,
        LogLevel.Error,
        "Rules were turned {State} by {By} on this server; the database did not take it ({Reason}), and the other servers follow once it "
            + "does"
    )]
    private partial void LogKept(string state, string by, string reason);

    [LoggerMessage(
        1825,
        LogLevel.Warning,
        "How the kill switch was turned could not be copied to the data directory: {Reason}. A restart before it is in the database "
            + "forgets it"
    )]
    private partial void LogNotRemembered(string reason);

    [LoggerMessage(1826, LogLevel.Warning, "How the kill switch was turned in the last run could not be read: {Reason}")]
    private partial void LogNotRead(string reason);
}

/// <summary>That somebody turned rules off or on.</summary>
/// <param name="Address">Where the call came from.</param>
internal sealed record SwitchChange(bool IsOff, DateTimeOffset At, string By, string Address);

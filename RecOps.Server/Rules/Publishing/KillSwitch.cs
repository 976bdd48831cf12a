using System.Text.Json;
using RecOps.Server.Storage;

namespace RecOps.Server.Rules.Publishing;

/// <summary>
/// Turns rules off and on. It takes effect on this server at once, even without the database. A change that could not be written is kept
/// and written as soon as possible, and the other servers then follow. Where the data directory is writable, it holds a copy, so that a
/// restart in between forgets nothing.
/// </summary>
internal sealed partial class KillSwitch(ActiveRules active, IServiceScopeFactory scopes, DataDirectory data, ILogger<KillSwitch> logger)
    : IUnsaved,
        IDisposable
{
    private const string FileName = "kill-switch.json";

    /// <summary>Changes that are kept; beyond this, the oldest are in the server's log only.</summary>
    private const int Room = 10;

    /// <summary>
    /// Size of the file, larger than those changes can become. It is allocated from the start: on a full disk it can still be overwritten.
    /// </summary>
    private const int FileBytes = 32 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly Lock _changes = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private SwitchChange[] _unsaved = [];

    public bool AnyUnsaved => Unsaved is not null;

    /// <summary>The last change that is not in the database yet; null when all are.</summary>
    public SwitchChange? Unsaved
    {
        get
        {
            lock (_changes)
                return _unsaved.LastOrDefault();
        }
    }

    public void Dispose() => _writing.Dispose();

    /// <summary>Sets it, on this server from the next request on.</summary>
    public async Task TurnAsync(SwitchChange turn)
    {
        lock (_changes)
        {
            _unsaved = [.. _unsaved.TakeLast(Room - 1), turn];
            active.Hold(turn.IsOff);
        }

        // A server that does not respond may take long; the caller is told the current state first.
        await Task.WhenAny(TryWriteAsync(turn), Task.Delay(Patience));
    }

    public Task WriteAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        WriteAsync(services, isLate: true, cancellationToken);

    /// <summary>Restores the unwritten changes of the last run, and creates the file for those of this one.</summary>
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
            // Whatever failed, lists are already made as requested, and the answer says how far the change has got.
            LogKept(turn.IsOff ? "off" : "on", turn.By, DatabaseFailure.ReasonOf(error));
            Remember();
        }
    }

    /// <param name="isLate">Whether it may have been set elsewhere meanwhile; the later change then counts.</param>
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

                // In place: there may be no disk space for a second file.
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
        "Rules were turned {State} by {By} on this server; the database could not save it ({Reason}), and the other servers follow once it "
            + "does"
    )]
    private partial void LogKept(string state, string by, string reason);

    [LoggerMessage(
        1825,
        LogLevel.Warning,
        "The kill switch change could not be copied to the data directory: {Reason}. A restart before the database has it loses it"
    )]
    private partial void LogNotRemembered(string reason);

    [LoggerMessage(1826, LogLevel.Warning, "Kill switch changes of the last run could not be read: {Reason}")]
    private partial void LogNotRead(string reason);
}

/// <summary>Records that rules were turned off or on.</summary>
/// <param name="Address">Where the call came from.</param>
internal sealed record SwitchChange(bool IsOff, DateTimeOffset At, string By, string Address);

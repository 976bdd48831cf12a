using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Replication;
using RecOps.Server.Storage;
using RecOps.Serving.Models;

namespace RecOps.Server.Catalog;

/// <summary>
/// Holds the newest known change of each item and applies it to every model, including models opened later that number items differently.
/// Changes come from the database, read incrementally from the last known one, and sooner from the call that made them. Models are updated
/// under a lock that no request waits for.
/// </summary>
internal sealed partial class CatalogChanges(ActiveModel active, CatalogFile file, ILogger<CatalogChanges> logger) : IReplicated
{
    /// <summary>Rows of one query.</summary>
    private const int PageSize = 1_000;

    /// <summary>Pages read before other subjects get their turn.</summary>
    private const int PagesAtOnce = 10;

    /// <summary>Items applied to a model before the lock is released to others.</summary>
    private const int ItemsAtOnce = 256;

    /// <summary>Changes that may wait to be appended to the file; beyond this it is rewritten.</summary>
    private const int MostUnwritten = 100_000;

    private readonly Dictionary<string, KnownItem> _known = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Lock _restoring = new();
    private List<KnownItem> _unwritten = [];
    private CatalogMark _mark = CatalogMark.None;
    private volatile bool _isRestored;
    private bool _isFileWhole;

    public string Subject => Epoch.Catalog;

    public bool HasMore { get; private set; }

    /// <summary>Whether the shop ever changed an item that was known at the time.</summary>
    public bool Knows(string itemId)
    {
        lock (_lock)
            return _known.ContainsKey(itemId);
    }

    /// <summary>Applies what this server just committed: it is in effect on its next answer.</summary>
    /// <param name="rows">With their own consecutive version numbers, in any order.</param>
    public void Committed(IReadOnlyList<CatalogItem> rows)
    {
        CatalogItem first = rows.MinBy(row => row.Version)!;
        CatalogItem last = rows.MaxBy(row => row.Version)!;
        lock (_lock)
        {
            Take(rows);

            // Other servers committed in between. The feed reads on from there, including these rows.
            if (_mark.Version == first.Version - 1)
                _mark = new CatalogMark(last.Version, last.ItemId);
        }
    }

    public async Task LoadAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        Restore();
        await CheckAsync(database, cancellationToken);
        HasMore = true;
        for (int page = 0; page < PagesAtOnce && HasMore; page++)
        {
            long after = Mark().Version;
            CatalogItem[] rows = await database
                .CatalogItems.AsNoTracking()
                .Where(row => row.Version > after)
                .OrderBy(row => row.Version)
                .Take(PageSize)
                .ToArrayAsync(cancellationToken);
            HasMore = rows.Length == PageSize;
            if (rows.Length == 0)
                return;
            lock (_lock)
            {
                Take(rows);
                if (_mark.Version < rows[^1].Version)
                    _mark = new CatalogMark(rows[^1].Version, rows[^1].ItemId);
            }
        }
    }

    /// <summary>Brings a newly joined model up to date.</summary>
    public void BringTo(ServingModel model)
    {
        Restore();
        string[] ids;
        lock (_lock)
            ids = [.. _known.Keys];
        foreach (string[] some in ids.Chunk(ItemsAtOnce))
        {
            lock (_lock)
            {
                // Current values: changes that arrived meanwhile have already reached the model.
                foreach (string id in some)
                    _known.GetValueOrDefault(id)?.ApplyTo(model);
            }
        }
    }

    /// <summary>Changes that the file does not have yet.</summary>
    /// <param name="fileRows">Rows in the file, including superseded rows of the same items.</param>
    /// <returns>Rows to append, or all rows where the file must be rewritten; and the version that the file then reaches.</returns>
    public (IReadOnlyCollection<KnownItem> Rows, CatalogMark Mark, bool All) TakeUnwritten(int fileRows)
    {
        const int few = 10_000;
        lock (_lock)
        {
            // Not before the file was read: it would be overwritten.
            if (!_isRestored || (_unwritten.Count == 0 && (_isFileWhole || (_known.Count == 0 && fileRows == 0))))
                return ([], _mark, All: false);
            bool all = !_isFileWhole || fileRows + _unwritten.Count > (2 * _known.Count) + few;
            IReadOnlyCollection<KnownItem> rows = all ? [.. _known.Values] : _unwritten;
            _unwritten = [];
            _isFileWhole = true;
            return (rows, _mark, all);
        }
    }

    /// <summary>The file could not be written: it may lack rows or be truncated.</summary>
    public void NotWritten()
    {
        lock (_lock)
            _isFileWhole = false;
    }

    /// <summary>Restores what the last run knew, once.</summary>
    private void Restore()
    {
        lock (_restoring)
        {
            if (_isRestored)
                return;
            try
            {
                var rows = new List<KnownItem>();
                (CatalogMark mark, bool isWhole) = file.Read(rows.Add);
                lock (_lock)
                {
                    foreach (KnownItem row in rows)
                    {
                        if (!_known.TryGetValue(row.Id, out KnownItem? known) || known.Version < row.Version)
                            _known[row.Id] = row;
                    }

                    if (mark.Version > _mark.Version)
                        _mark = mark;
                    _isFileWhole = isWhole;
                    if (rows.Count > 0)
                        LogRestored(_known.Count);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                LogNotRead(error.Message);
            }

            _isRestored = true;
        }
    }

    /// <summary>
    /// Version numbers belong to one database. If it lacks the last known change, it is another database or an older copy. Its numbers then
    /// say nothing about what is known here, and everything is read again.
    /// </summary>
    private async Task CheckAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        CatalogMark mark = Mark();
        if (mark == CatalogMark.None)
            return;
        if (
            await database
                .CatalogItems.AsNoTracking()
                .AnyAsync(row => row.ItemId == mark.Id && row.Version >= mark.Version, cancellationToken)
        )
            return;
        lock (_lock)
        {
            LogOtherDatabase(_known.Count);
            _known.Clear();
            _unwritten.Clear();
            _mark = CatalogMark.None;
            _isFileWhole = false;
        }
    }

    private CatalogMark Mark()
    {
        lock (_lock)
            return _mark;
    }

    /// <summary>Call under the lock.</summary>
    private void Take(IReadOnlyList<CatalogItem> rows)
    {
        ImmutableArray<ServingModel> live = active.Live;
        foreach (CatalogItem row in rows)
        {
            // Already received the other way.
            if (_known.TryGetValue(row.ItemId, out KnownItem? before) && before.Version >= row.Version)
                continue;
            KnownItem now = KnownItem.Of(row);
            _known[row.ItemId] = now;
            if (_unwritten.Count < MostUnwritten)
                _unwritten.Add(now);
            else
                _isFileWhole = false;
            foreach (ServingModel model in live)
                now.ApplyTo(model);
        }
    }

    [LoggerMessage(2101, LogLevel.Information, "Restored the shop's changes to {Items} items from before the restart")]
    private partial void LogRestored(int items);

    [LoggerMessage(
        2102,
        LogLevel.Warning,
        "The local copy of catalogue changes could not be read, so they are read from the database: {Reason}"
    )]
    private partial void LogNotRead(string reason);

    [LoggerMessage(
        2103,
        LogLevel.Warning,
        "The database lacks catalogue changes that this server knows: it is another database or an older copy. The changes "
            + "known of {Items} items are dropped. Where the database has none, they stay in effect until the next restart"
    )]
    private partial void LogOtherDatabase(int items);
}

using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Replication;
using RecOps.Server.Storage;
using RecOps.Serving.Models;

namespace RecOps.Server.Catalog;

/// <summary>
/// The newest word of the shop on each item that it spoke of, as this server knows it, and every model told of it: also one that is opened
/// later, and that numbers items otherwise. Changes come from the database, of which only those after the last known one are read, and,
/// sooner, from the call that made them. Models are told under a lock that no shopper waits for.
/// </summary>
internal sealed partial class CatalogChanges(ActiveModel active, CatalogFile file, ILogger<CatalogChanges> logger) : IReplicated
{
    /// <summary>Rows of one query.</summary>
    private const int PageSize = 1_000;

    /// <summary>Pages that are read before others than the catalogue have their turn.</summary>
    private const int PagesAtOnce = 10;

    /// <summary>Items that a model is told of before others may hold the lock.</summary>
    private const int ItemsAtOnce = 256;

    /// <summary>Changes that may wait to be written to the file; with more it is written anew.</summary>
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

    /// <summary>Whether the shop ever spoke of an item that was known at the time.</summary>
    public bool Knows(string itemId)
    {
        lock (_lock)
            return _known.ContainsKey(itemId);
    }

    /// <summary>Takes over what was just committed by this server: it is in effect on its next answer.</summary>
    /// <param name="rows">With numbers of their own, one after the other, in any order.</param>
    public void Committed(IReadOnlyList<CatalogItem> rows)
    {
        CatalogItem first = rows.MinBy(row => row.Version)!;
        CatalogItem last = rows.MaxBy(row => row.Version)!;
        lock (_lock)
        {
            Take(rows);

            // Where others committed in between, the feed reads from there on, these among them.
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

    /// <summary>Brings a model that has just joined up to date.</summary>
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
                // As they are now: what came meanwhile has reached the model already.
                foreach (string id in some)
                    _known.GetValueOrDefault(id)?.ApplyTo(model);
            }
        }
    }

    /// <summary>What the file does not have yet.</summary>
    /// <param name="fileRows">Rows in the file, older ones of the same items among them.</param>
    /// <returns>Rows to append, or all of them where the file has to be written anew; with how far it reaches then.</returns>
    public (IReadOnlyCollection<KnownItem> Rows, CatalogMark Mark, bool All) TakeUnwritten(int fileRows)
    {
        const int few = 10_000;
        lock (_lock)
        {
            // Not before it was read: it would be written over.
            if (!_isRestored || (_unwritten.Count == 0 && (_isFileWhole || (_known.Count == 0 && fileRows == 0))))
                return ([], _mark, All: false);
            bool all = !_isFileWhole || fileRows + _unwritten.Count > (2 * _known.Count) + few;
            IReadOnlyCollection<KnownItem> rows = all ? [.. _known.Values] : _unwritten;
            _unwritten = [];
            _isFileWhole = true;
            return (rows, _mark, all);
        }
    }

    /// <summary>The file could not be written: what it should have is not there, or not whole.</summary>
    public void NotWritten()
    {
        lock (_lock)
            _isFileWhole = false;
    }

    /// <summary>Takes what the last run knew, once.</summary>
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
    /// Numbers are of one database. Where the last known change is not in it, it is another one, or an older copy, and its numbers say
    /// nothing of what is known here: everything is read anew.
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

    /// <summary>Under the lock.</summary>
    private void Take(IReadOnlyList<CatalogItem> rows)
    {
        ImmutableArray<ServingModel> live = active.Live;
        foreach (CatalogItem row in rows)
        {
            // It came by the other way already.
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

    [LoggerMessage(2101, LogLevel.Information, "What the shop said of {Items} items before the restart holds again")]
    private partial void LogRestored(int items);

    [LoggerMessage(
        2102,
        LogLevel.Warning,
        "What the shop said of its items before the restart could not be read, and is read from the database: {Reason}"
    )]
    private partial void LogNotRead(string reason);

    [LoggerMessage(
        2103,
        LogLevel.Warning,
        "The database does not have the changes of the catalogue that are known here; it is another one, or an older copy. What was "
            + "known of {Items} items is forgotten, and in effect until the next restart where the database says nothing of it"
    )]
    private partial void LogOtherDatabase(int items);
}

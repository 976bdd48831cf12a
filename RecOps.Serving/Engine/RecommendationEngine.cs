using RecOps.Serving.Catalog;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Serving.Users;
using RecOps.Serving.Validation;
using RecOps.Shared.Bundles;
using RecOps.Shared.Catalog;
using RecOps.Shared.Events;
using RecOps.Shared.Recommendations;
using RecOps.Shared.Rules;

namespace RecOps.Serving.Engine;

/// <summary>
/// Makes lists in this process with the same parts as the server: cache, retrieval, batched ranking, rules. State that it is given takes
/// effect on the next list, and lives as long as the engine. Safe from any thread.
/// </summary>
public sealed partial class RecommendationEngine : IAsyncDisposable
{
    private static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private readonly EngineParts _parts;
    private readonly EngineOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _swaps = new(1, 1);

    /// <summary>Serializes changes that must reach every model.</summary>
    private readonly Lock _changes = new();
    private readonly Dictionary<string, ItemChange> _changed = new(StringComparer.Ordinal);
    private RuleDocument _rules = RuleDocument.Empty;
    private int _rulesVersion;
    private Task _loops = Task.CompletedTask;
    private int _isClosed;

    private RecommendationEngine(EngineOptions options)
    {
        _options = options;
        _parts = new EngineParts(options);
        _logger = options.Loggers.CreateLogger<RecommendationEngine>();
    }

    /// <summary>Name and version of the serving model.</summary>
    public string ModelVersion => Model.Version;

    internal EngineParts Parts => _parts;

    internal ServingModel Model => _parts.Active.Current ?? throw new ObjectDisposedException(nameof(RecommendationEngine));

    /// <summary>Opens a bundle, verifies all its files and warms up every stage.</summary>
    /// <param name="bundle">Its directory. Its files must not be modified while the engine is open.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="BundleException">The bundle must not be served; the message says why.</exception>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    /// <exception cref="Ranking.ProviderException">The configured execution provider is not available.</exception>
    public static async Task<RecommendationEngine> OpenAsync(
        string bundle,
        EngineOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(bundle);
        options ??= new EngineOptions();
        options.Verify();
        var engine = new RecommendationEngine(options);
        try
        {
            engine._parts.Active.Set(await engine.PrepareAsync(bundle, cancellationToken).ConfigureAwait(false));
            engine._parts.Probe.Start();
            engine._loops = Task.WhenAll([
                engine.LoopAsync(engine.TickAsync),
                .. Enumerable.Range(0, ListRefresher.Workers).Select(_ => engine.LoopAsync(engine._parts.Refresher.RenewNextAsync)),
            ]);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Switches to another bundle from the next request on. Shopper histories, item changes and rules are transferred.</summary>
    /// <exception cref="BundleException">The bundle must not be served; the previous one stays active.</exception>
    /// <exception cref="ObjectDisposedException">The engine is closed, or was closed while the bundle was being opened.</exception>
    public async Task SwapAsync(string bundle, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(bundle);
        await _swaps.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ServingModel before = Model;
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            ServingModel after = await PrepareAsync(bundle, either.Token).ConfigureAwait(false);
            try
            {
                HandOver(before, after);
            }
            catch
            {
                await CloseAsync(after).ConfigureAwait(false);
                throw;
            }

            await CloseAsync(before).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RecommendationEngine));
        }
        finally
        {
            _swaps.Release();
        }
    }

    /// <summary>Makes the list for one shopper. Under load, or when the model fails, it is a fallback list and marked as such.</summary>
    /// <exception cref="InvalidInputException">A field of the request is invalid.</exception>
    /// <exception cref="EngineBusyException">More requests are in flight than Serving.MaxInFlight allows.</exception>
    public async ValueTask<RecommendationResponse> RecommendAsync(RecommendationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new FieldErrors();
        RecommendationRequest own = request with { };
        _parts.Requests.Validate(own, ref errors);
        if (errors.Any)
            throw new InvalidInputException(errors.ByField);
        ServingModel model = Hold();
        try
        {
            var answer = new RecommendationAnswer();
            if (!await _parts.Pipeline.RecommendAsync(model, own, answer).ConfigureAwait(false))
                throw new EngineBusyException();
            return answer.ToResponse();
        }
        finally
        {
            model.Uses.End();
        }
    }

    /// <summary>Finds the items most similar to one item, under the rules.</summary>
    /// <returns>Null when the catalogue does not have the item.</returns>
    /// <exception cref="InvalidInputException">A field of the request is invalid.</exception>
    public SimilarItemsResponse? FindSimilar(SimilarItemsRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new FieldErrors();
        _parts.Requests.Validate(request, ref errors);
        if (errors.Any)
            throw new InvalidInputException(errors.ByField);
        ServingModel model = Hold();
        try
        {
            return _parts.Similar.TryFind(model, request);
        }
        finally
        {
            model.Uses.End();
        }
    }

    /// <summary>Records a shopper event.</summary>
    /// <returns>False when it was already known, or is older than the history kept.</returns>
    /// <exception cref="InvalidInputException">The event is invalid; the message says why.</exception>
    public bool Tell(ShopEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        lock (_changes)
        {
            string? problem = EventCheck.ProblemOf(
                happened,
                Model.Catalog,
                _options.Time.GetUtcNow(),
                out EventKind kind,
                out DateTimeOffset at
            );
            if (problem is not null)
                throw new InvalidInputException(new Dictionary<string, string[]> { ["event"] = [problem] });
            bool isNew = false;
            foreach (ServingModel model in _parts.Active.Live)
            {
                if (!model.Catalog.TryGetOrdinal(happened.ItemId!, out int item))
                    continue;
                var fresh = new FreshEvent(item, kind, at.ToUnixTimeMilliseconds(), EventKey.Of(happened.EventId));
                if (!model.Events.Add(happened.UserId!, fresh))
                    continue;
                _parts.Activity.Happened(model, happened.UserId!, fresh);
                isNew = true;
            }

            return isNew;
        }
    }

    /// <summary>Changes an item; null fields stay as they are.</summary>
    /// <returns>False when the catalogue does not have the item; a bundle opened later may.</returns>
    /// <exception cref="InvalidInputException">A field is invalid.</exception>
    public bool ChangeItem(CatalogItemUpdate update)
    {
        ArgumentNullException.ThrowIfNull(update);
        var errors = new FieldErrors();
        ItemUpdateCheck.Check("item", update, ref errors);
        if (errors.Any)
            throw new InvalidInputException(errors.ByField);
        lock (_changes)
        {
            _ = Model;
            ItemChange change = _changed.GetValueOrDefault(update.ItemId!, new ItemChange(update.ItemId!, null, null, [])).With(update);
            _changed[update.ItemId!] = change;
            bool isKnown = false;
            foreach (ServingModel model in _parts.Active.Live)
                isKnown |= change.ApplyTo(model.Catalog);
            return isKnown;
        }
    }

    /// <summary>Replaces the rules.</summary>
    /// <param name="rules">The new rules; <see cref="RuleDocument.Empty"/> for none.</param>
    /// <returns>Their version, which answers report: 1 for the first.</returns>
    /// <exception cref="InvalidInputException">A rule is invalid; the previous rules stay.</exception>
    public int SetRules(RuleDocument rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        var problems = new List<RuleError>();
        _parts.Rules.Validate(rules, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(
                problems
                    .GroupBy(error => error.Path)
                    .ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray())
            );
        lock (_changes)
        {
            _ = Model;
            int version = _rulesVersion + 1;

            // All are compiled before any is used: an exception leaves the previous rules in force.
            (ServingModel Model, RuleSet Rules)[] compiled =
            [
                .. _parts.Active.Live.Select(model => (model, new RuleSet(rules, version, model.Catalog, model.Popular))),
            ];
            foreach ((ServingModel model, RuleSet set) in compiled)
                model.Rules = set;
            (_rules, _rulesVersion) = (rules, version);
            return version;
        }
    }

    /// <summary>Finishes requests in flight and accepts no more. A swap in progress is aborted.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _swaps.WaitAsync().ConfigureAwait(false);
        if (_parts.Active.Current is { } model)
        {
            _parts.Active.Refuse("The engine is closed.");
            await CloseAsync(model).ConfigureAwait(false);
        }

        await _parts.DisposeAsync().ConfigureAwait(false);

        // Callers that waited for their turn to swap find no model. Neither the semaphore nor the source holds anything that needs
        // disposal.
        _swaps.Release();
    }

    private void HandOver(ServingModel before, ServingModel after)
    {
        lock (_changes)
        {
            // Events are also applied under the lock: those from here on reach both models.
            _parts.Active.Join(after);
            ModelHandover.Bring(before, after, _options.Time.GetUtcNow());
            foreach (ItemChange change in _changed.Values)
                change.ApplyTo(after.Catalog);
            after.Rules = new RuleSet(_rules, _rulesVersion, after.Catalog, after.Popular);
            _parts.Active.Set(after);
        }
    }

    /// <summary>Opens a bundle and warms up every stage.</summary>
    private Task<ServingModel> PrepareAsync(string bundle, CancellationToken cancellationToken) =>
        Task.Run(
            async () =>
            {
                ServingModel model = _parts.Models.Open(bundle, cancellationToken);
                try
                {
                    await _parts.WarmUp.RunAsync(model, cancellationToken).ConfigureAwait(false);
                    return model;
                }
                catch
                {
                    await model.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
            },
            cancellationToken
        );

    /// <summary>Closes it when its last request is answered.</summary>
    private async Task CloseAsync(ServingModel model)
    {
        // Code that changes all models is not counted as a user, and holds the lock instead.
        lock (_changes)
            _parts.Active.Leave(model);
        model.Uses.Close();
        await model.Uses.EndedAsync(TimeProvider.System).ConfigureAwait(false);
        await model.DisposeAsync().ConfigureAwait(false);
    }

    private ServingModel Hold() =>
        _parts.Active.TryHold(out ServingModel? model) ? model : throw new ObjectDisposedException(nameof(RecommendationEngine));

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(ClockInterval, _options.Time, cancellationToken).ConfigureAwait(false);
        foreach (ServingModel model in _parts.Active.Live)
        {
            if (!model.Uses.TryBegin())
                continue;
            try
            {
                model.Refresh();
            }
            finally
            {
                model.Uses.End();
            }
        }
    }

    /// <summary>Repeats an action until the engine is closed, whatever it throws.</summary>
    private async Task LoopAsync(Func<CancellationToken, Task> roundAsync)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await roundAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (!_stop.IsCancellationRequested)
            {
                LogFailed(error);
                await Task.Delay(PauseAfterFailure, _options.Time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // Aborted by closing, which may fail in many ways.
                return;
            }
        }
    }

    [LoggerMessage(1921, LogLevel.Error, "The engine's background work failed; it continues after a pause")]
    private partial void LogFailed(Exception error);

    /// <summary>All changes to an item.</summary>
    private sealed record ItemChange(string Id, double? Price, bool? InStock, Dictionary<string, string> Attributes)
    {
        public ItemChange With(CatalogItemUpdate update)
        {
            var attributes = new Dictionary<string, string>(Attributes, StringComparer.Ordinal);
            foreach ((string name, string? value) in update.Attributes ?? [])
                attributes[name] = value ?? "";
            return new ItemChange(Id, (double?)update.Price ?? Price, update.InStock ?? InStock, attributes);
        }

        public bool ApplyTo(ItemCatalog catalog)
        {
            if (!catalog.TryGetOrdinal(Id, out int ordinal))
                return false;
            catalog.Update(ordinal, Price, InStock, Attributes);
            return true;
        }
    }
}

/// <summary>Too many requests are in flight to accept another one.</summary>
public sealed class EngineBusyException() : InvalidOperationException("Too many requests are in flight. Try again shortly.");

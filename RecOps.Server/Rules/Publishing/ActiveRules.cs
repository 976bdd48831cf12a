using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RecOps.Server.Replication;
using RecOps.Server.Storage;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules.Publishing;

/// <summary>
/// The published rules as this server serves them. A copy is kept in the data directory, so that a server that starts without its database
/// makes the same lists as before.
/// </summary>
internal sealed partial class ActiveRules(ActiveModel active, DataDirectory data, ILogger<ActiveRules> logger) : IReplicated
{
    private const string FileName = "rules.json";
    private readonly Lock _changes = new();
    private volatile ServedRules _current = new(0, RuleDocument.Empty, IsOff: false);

    /// <summary>The state in the database.</summary>
    private ServedRules _stored = new(0, RuleDocument.Empty, IsOff: false);

    /// <summary>How the kill switch was set here, while the database does not have it yet.</summary>
    private bool? _held;

    public string Subject => Epoch.Rules;

    public ServedRules Current => _current;

    public async Task LoadAsync(RecOpsDatabase database, CancellationToken cancellationToken)
    {
        PublishedRules? newest = await database
            .PublishedRules.AsNoTracking()
            .OrderByDescending(rules => rules.Version)
            .FirstOrDefaultAsync(cancellationToken);
        bool isOff = await database.RuleSwitches.AsNoTracking().AnyAsync(rules => rules.IsOff, cancellationToken);
        RuleDocument document = newest is null ? RuleDocument.Empty : Read(newest.Json);
        Use(new ServedRules(newest?.Version ?? 0, document, isOff));
        Write();
    }

    /// <summary>Uses the rules of the last run until the database is available.</summary>
    public void Restore()
    {
        try
        {
            string path = data.PathOf(FileName);
            if (File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllBytes(path), RuleContracts.Default.ServedRules) is { } rules)
                Use(rules);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(error.Message);
        }
    }

    /// <summary>Makes a model apply these rules from its next request on.</summary>
    public void ApplyTo(ServingModel model)
    {
        lock (_changes)
        {
            ServedRules rules = _current;
            if (rules.IsOff)
                model.Rules = new RuleSet(RuleDocument.Empty, version: 0, model.Catalog, model.Popular);
            else
                model.Rules = new RuleSet(rules.Document, rules.Version, model.Catalog, model.Popular);
        }
    }

    /// <summary>Sets the kill switch on this server, overriding the database until <see cref="Settle"/>.</summary>
    public void Hold(bool isOff)
    {
        lock (_changes)
        {
            _held = isOff;
            Apply();
        }
    }

    /// <summary>The database now has the wanted state of the kill switch and is authoritative again.</summary>
    public void Settle(bool isOff)
    {
        lock (_changes)
        {
            (_held, _stored) = (null, _stored with { IsOff = isOff });
            Apply();
        }
    }

    public static RuleDocument Read(string json) =>
        JsonSerializer.Deserialize(json, RuleContracts.Default.RuleDocument) ?? RuleDocument.Empty;

    private void Use(ServedRules rules)
    {
        lock (_changes)
        {
            _stored = rules;
            Apply();
        }
    }

    private void Apply()
    {
        ServedRules rules = _held is { } isOff ? _stored with { IsOff = isOff } : _stored;
        if (_current.Version == rules.Version && _current.IsOff == rules.IsOff)
            return;
        _current = rules;
        foreach (ServingModel model in active.Live)
            ApplyTo(model);
        LogServed(rules.Version, rules.IsOff ? "switched off" : "in effect");
    }

    private void Write()
    {
        try
        {
            data.Replace(FileName, JsonSerializer.SerializeToUtf8Bytes(_current, RuleContracts.Default.ServedRules));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(error.Message);
        }
    }

    [LoggerMessage(1821, LogLevel.Information, "Rules version {Version} {State}")]
    private partial void LogServed(int version, string state);

    [LoggerMessage(1822, LogLevel.Warning, "The rules could not be copied to the data directory: {Reason}")]
    private partial void LogNotWritten(string reason);

    [LoggerMessage(1823, LogLevel.Warning, "The rules of the last run could not be read: {Reason}")]
    private partial void LogNotRead(string reason);
}

/// <param name="Version">0 when none were ever published.</param>
/// <param name="IsOff">Lists are made without rules.</param>
internal sealed record ServedRules(int Version, RuleDocument Document, bool IsOff);

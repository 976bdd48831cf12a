using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.DataProtection.Repositories;
using RecOps.Server.Storage;

namespace RecOps.Server.Security.Sessions;

/// <summary>
/// The data protection keys of the cookies, in the database: all replicas read each other's cookies. Keys that were read once are used
/// while the database cannot be read, and a new key that cannot be written is kept until it can: nobody is signed out because the disk is
/// full at key rotation.
/// </summary>
internal sealed partial class CookieKeys(IServiceProvider services, ILoggerFactory loggers, ILogger<CookieKeys> logger)
    : IXmlRepository,
        IUnsaved
{
    private readonly EntityFrameworkCoreXmlRepository<RecOpsDatabase> _stored = new(services, loggers);
    private readonly Lock _changes = new();
    private readonly List<(XElement Element, string Name)> _unsaved = [];
    private IReadOnlyCollection<XElement>? _read;

    public bool AnyUnsaved
    {
        get
        {
            lock (_changes)
                return _unsaved.Count > 0;
        }
    }

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_changes)
        {
            try
            {
                _read = _stored.GetAllElements();
            }
            catch (Exception error) when (_read is not null && DatabaseFailure.IsUnavailable(error))
            {
                LogNotRead(DatabaseFailure.ReasonOf(error));
            }

            return [.. _read.Concat(_unsaved.Select(key => key.Element)).Select(element => new XElement(element))];
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        lock (_changes)
        {
            try
            {
                _stored.StoreElement(element, friendlyName);
            }
            catch (Exception error) when (DatabaseFailure.IsUnavailable(error))
            {
                _unsaved.Add((element, friendlyName));
                LogNotWritten(DatabaseFailure.ReasonOf(error));
            }
        }
    }

    public Task WriteAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        lock (_changes)
        {
            while (_unsaved.Count > 0)
            {
                _stored.StoreElement(_unsaved[0].Element, _unsaved[0].Name);
                _unsaved.RemoveAt(0);
            }
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(1714, LogLevel.Warning, "The console's cookie keys cannot be read ({Reason}); using those read earlier")]
    private partial void LogNotRead(string reason);

    [LoggerMessage(
        1715,
        LogLevel.Warning,
        "A new cookie key for the console cannot be written ({Reason}); it is kept in memory until it can"
    )]
    private partial void LogNotWritten(string reason);
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RecOps.Server.Events;
using RecOps.Server.Storage;
using RecOps.Serving.Users;
using Xunit;

namespace RecOps.Tests.Server.Events;

public sealed class EventLogTests : IDisposable
{
    private readonly TempDirectory _data = new();
    private readonly FakeTimeProvider _time = new(RecOpsApplication.Start);

    public void Dispose() => _data.Dispose();

    [Fact]
    public void ReadAfter_AfterAppends_InOrderFromThere()
    {
        using EventLog log = Open();
        log.Append([Event(1), Event(2)]);
        log.Append([Event(3)]);

        Assert.Equal([new(1, Event(1)), new(2, Event(2)), new LoggedEvent(3, Event(3))], log.ReadAfter(0, 10));
        Assert.Equal([new LoggedEvent(2, Event(2))], log.ReadAfter(1, 1));
        Assert.Equal(3, log.Last);
    }

    [Fact]
    public void Open_Again_KnowsItsIdAndHowFarRedisHasGot()
    {
        string id;
        using (EventLog log = Open())
        {
            log.Append([Event(1), Event(2), Event(3)]);
            log.MarkRelayed(2);
            id = log.Id;
        }

        using EventLog again = Open();
        again.Open();

        Assert.Equal((id, 3L, 2L), (again.Id, again.Last, again.Relayed));
    }

    [Fact]
    public void Open_FileOfBeforeThereWasALog_TakenOver()
    {
        Execute(
            """
            CREATE TABLE events (user TEXT NOT NULL, item TEXT NOT NULL, kind INTEGER NOT NULL, at INTEGER NOT NULL);
            INSERT INTO events VALUES ('later', 'i2', 3, 2000), ('earlier', 'i1', 0, 1000);
            """
        );

        using EventLog log = Open();

        Assert.Equal(
            [new StoredEvent("earlier", "i1", EventKind.View, 1000), new StoredEvent("later", "i2", EventKind.Purchase, 2000)],
            log.ReadAfter(0, 10).Select(logged => logged.Event)
        );
    }

    [Fact]
    public void Trim_AYearOfEvents_TheFileStaysAsItWasAfterAMonth()
    {
        using EventLog log = Open();
        long afterTwoMonths = 0;
        for (int day = 0; day < 365; day++)
        {
            log.Append([.. Enumerable.Range(0, 500).Select(Event)]);
            _time.Advance(TimeSpan.FromDays(1));
            log.Trim(_time.GetUtcNow().AddDays(-30), long.MaxValue, long.MaxValue, 10_000);
            if (day == 60)
                afterTwoMonths = FileBytes();
        }

        Assert.Equal(30 * 500, log.ReadAfter(0, 1_000_000).Count);
        Assert.InRange(FileBytes(), 1, afterTwoMonths * 11 / 10);
    }

    [Fact]
    public void Trim_MoreThanTheSize_OldestGoButNoneThatRedisHasNotGot()
    {
        using EventLog log = Open();
        for (int i = 0; i < 100; i++)
            log.Append([.. Enumerable.Range(0, 200).Select(Event)]);
        const long most = 100_000;
        const long relayed = 12_000;

        long bytes = long.MaxValue;
        for (int i = 0; i < 50; i++)
            bytes = log.Trim(_time.GetUtcNow().AddDays(-30), most, relayed + 1, 1_000);
        long oldest = log.ReadAfter(0, 1)[0].Sequence;
        Assert.Equal(relayed + 1, oldest);
        Assert.True(bytes > most);

        for (int i = 0; i < 50; i++)
            bytes = log.Trim(_time.GetUtcNow().AddDays(-30), most, long.MaxValue, 1_000);
        Assert.InRange(bytes, 1, most);
        Assert.Equal(20_000, log.ReadAfter(0, 1_000_000)[^1].Sequence);
    }

    [Fact]
    public void Append_FileDamagedMeanwhile_MovedAsideAndANewOneBegun()
    {
        using (EventLog log = Open())
        {
            for (int i = 0; i < 20; i++)
                log.Append([.. Enumerable.Range(0, 500).Select(Event)]);
        }

        string path = _data.At("events.db");
        byte[] bytes = File.ReadAllBytes(path);
        bytes.AsSpan(4096).Fill(0x5A);
        File.WriteAllBytes(path, bytes);
        using EventLog damaged = Open();
        for (int i = 0; i < 3; i++)
            Record.Exception(() => damaged.Append([Event(i)]));
        damaged.Append([Event(7)]);

        Assert.Contains(Event(7), damaged.ReadAfter(0, 10).Select(logged => logged.Event));
        Assert.Contains(_data.Entries, entry => entry.StartsWith("events.db.broken-", StringComparison.Ordinal));
    }

    private static StoredEvent Event(int number) => new($"u{number}", $"i{number % 60}", EventKind.View, 1_700_000_000_000 + number);

    private long FileBytes() => new FileInfo(_data.At("events.db")).Length;

    private void Execute(string text)
    {
        using var connection = new SqliteConnection($"Data Source={_data.At("events.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private EventLog Open() =>
        new(new DataDirectory(Options.Create(new DataOptions { Directory = _data.Path })), _time, NullLogger<EventLog>.Instance);
}

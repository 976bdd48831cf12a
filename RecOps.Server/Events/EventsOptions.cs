using System.ComponentModel.DataAnnotations;

namespace RecOps.Server.Events;

/// <summary>How much of the shoppers' history is kept, in memory and in the log.</summary>
internal sealed class EventsOptions
{
    public const string Section = "Events";

    /// <summary>
    /// Shoppers whose events are kept in memory; beyond it, the least recently active shopper is evicted. 100 to 10,000,000. Default
    /// 200,000.
    /// </summary>
    [Range(100, 10_000_000)]
    public int MaxUsers { get; set; } = 200_000;

    /// <summary>
    /// Events that may wait to be written; calls that would exceed it are answered 503. 1,000 to 10,000,000. Default 100,000.
    /// </summary>
    [Range(1_000, 10_000_000)]
    public int MaxQueue { get; set; } = 100_000;

    /// <summary>
    /// Bytes of memory that waiting events may take; calls that would exceed it are answered 503. 1 MB to 16 GB. Default 64 MB.
    /// </summary>
    [Range(1_000_000, 16_000_000_000)]
    public long MaxQueueBytes { get; set; } = 64_000_000;

    /// <summary>
    /// Size limit of the event log on disk, in bytes. Beyond it the oldest events are deleted early, but never one that Redis does not have
    /// yet: calls are then answered 503. 4 MB to 1 TB. Default 2 GB, about 20 million events.
    /// </summary>
    [Range(4_000_000, 1_000_000_000_000)]
    public long MaxLogBytes { get; set; } = 2_000_000_000;

    /// <summary>
    /// Number of saved events that are remembered, so that a resent event counts once; each takes about 25 bytes of memory. 1,000 to
    /// 100,000,000. Default 1,000,000.
    /// </summary>
    [Range(1_000, 100_000_000)]
    public int Remembered { get; set; } = 1_000_000;

    /// <summary>Days after which an event is deleted, 1 to 365. Default 30.</summary>
    [Range(1, 365)]
    public int KeepDays { get; set; } = 30;
}

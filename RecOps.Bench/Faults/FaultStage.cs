using System.Diagnostics;
using Microsoft.Data.Sqlite;
using RecOps.Bench.Load;
using RecOps.Bench.Redis;

namespace RecOps.Bench.Faults;

/// <summary>A server with its data directory and its Redis, to inject faults into.</summary>
internal sealed class FaultStage(RunningServer server, string data, RedisProcess? redis)
{
    public RunningServer Server => server;

    public RedisProcess Redis => redis ?? throw new InvalidOperationException("This fault does not use Redis.");

    /// <summary>Locks the event log for a while, as a backup or a shell might.</summary>
    public async Task LockLogAsync(TimeSpan duration, CancellationToken cancellation)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "events.db")};Pooling=False");
        await connection.OpenAsync(cancellation);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(cancellation);
        await Task.Delay(duration, cancellation);
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Fills the data directory's file system for a while, then frees it again.</summary>
    public async Task FillDiskAsync(TimeSpan duration, CancellationToken cancellation)
    {
        string filler = Path.Combine(data, "filler");
        await using (FileStream file = File.Create(filler))
        {
            byte[] block = new byte[4096];
            try
            {
                while (true)
                {
                    await file.WriteAsync(block, cancellation);
                    await file.FlushAsync(cancellation);
                }
            }
            catch (IOException)
            {
                // The disk is full, as intended.
            }
        }

        await Task.Delay(duration, cancellation);
        File.Delete(filler);
    }

    /// <summary>Mounts a small file system; this needs root.</summary>
    /// <returns>Whether it succeeded.</returns>
    public static bool TryMount(string directory) => Run("mount", "-t", "tmpfs", "-o", "size=24m", "recops-faults", directory);

    public static void Unmount(string directory) => Run("umount", directory);

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

#!/usr/bin/env bash
# ConcurrentBag<T> of .NET 10: what lay in a bag stays in memory after the bag itself is gone, as long as the threads that put it there live.
#
# The bag keeps a list for each thread in that thread's own storage, and the threads of a pool live as long as the program. An object in the
# bag that refers back to the bag's owner keeps the owner, and with it the bag, alive for good. A pool made of a ConcurrentBag can therefore
# keep every owner it ever had. A ConcurrentStack or Microsoft.Extensions.ObjectPool's DefaultObjectPool does not.
#
# Seen: ConcurrentBag: 20 of 20 owners kept; ConcurrentStack: 0 of 20; DefaultObjectPool: 0 of 20
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > bag.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.Extensions.ObjectPool" Version="10.0.15" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.ObjectPool;

Console.Write($"ConcurrentBag: {Kept(owner => { var bag = new ConcurrentBag<Job>(); owner.Pool = bag; return bag.Add; })} of 20 owners kept; ");
Console.Write($"ConcurrentStack: {Kept(owner => { var stack = new ConcurrentStack<Job>(); owner.Pool = stack; return stack.Push; })} of 20; ");
Console.WriteLine($"DefaultObjectPool: {Kept(owner => { var pool = new DefaultObjectPool<Job>(new Policy()); owner.Pool = pool; return pool.Return; })} of 20");

// Owners with a pool, whose jobs know their owner; used by threads that outlive them.
static int Kept(Func<Owner, Action<Job>> fill)
{
    using var queue = new BlockingCollection<Action>();
    Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() => { foreach (Action work in queue.GetConsumingEnumerable()) work(); }) { IsBackground = true })];
    foreach (Thread thread in threads) thread.Start();
    WeakReference[] owners = [.. Enumerable.Range(0, 20).Select(_ => Use(queue, fill))];

    // Each thread forgets what it did last.
    using (var barrier = new Barrier(threads.Length + 1))
    {
        foreach (Thread _ in threads) queue.Add(barrier.SignalAndWait);
        barrier.SignalAndWait();
    }

    for (int i = 0; i < 5; i++)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    int kept = owners.Count(owner => owner.IsAlive);
    queue.CompleteAdding();
    foreach (Thread thread in threads) thread.Join();
    return kept;
}

[MethodImpl(MethodImplOptions.NoInlining)]
static WeakReference Use(BlockingCollection<Action> queue, Func<Owner, Action<Job>> fill)
{
    var owner = new Owner();
    Action<Job> add = fill(owner);
    using var done = new CountdownEvent(8);
    for (int i = 0; i < 8; i++)
    {
        queue.Add(() =>
        {
            add(new Job(owner));
            done.Signal();
        });
    }

    done.Wait();
    return new WeakReference(owner);
}

sealed class Owner
{
    public object? Pool;
}

sealed record Job(Owner Owner);

sealed class Policy : PooledObjectPolicy<Job>
{
    public override Job Create() => throw new NotSupportedException();

    public override bool Return(Job job) => true;
}
CS
seen=$(dotnet run)
echo "$seen"
[ "$seen" = "ConcurrentBag: 20 of 20 owners kept; ConcurrentStack: 0 of 20; DefaultObjectPool: 0 of 20" ] || { echo "This has changed."; exit 1; }

using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecOps.Server.Security.People;
using RecOps.Server.Security.Sessions;

namespace RecOps.Tests.Server.Security;

/// <summary>Counts how many passwords were checked and hashed, on all servers that use it.</summary>
internal sealed class CountedHasher : IPasswordHasher<Person>
{
    private readonly PasswordHasher<Person> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 1 }));
    private int _hashed;
    private int _looks;

    public int Hashed => Volatile.Read(ref _hashed);

    public int Looks => Volatile.Read(ref _looks);

    public void Add(IServiceCollection services) => services.AddSingleton(_ => new PasswordHashing(this));

    public string HashPassword(Person user, string password)
    {
        string hash = _hasher.HashPassword(user, password);
        Interlocked.Increment(ref _hashed);
        return hash;
    }

    public PasswordVerificationResult VerifyHashedPassword(Person user, string hashedPassword, string providedPassword)
    {
        Interlocked.Increment(ref _looks);
        return _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}

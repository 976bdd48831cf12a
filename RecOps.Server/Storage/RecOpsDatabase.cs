using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using RecOps.Server.Catalog;
using RecOps.Server.Models.Switching;
using RecOps.Server.Models.Trials;
using RecOps.Server.Replication;
using RecOps.Server.Rules.Publishing;
using RecOps.Server.Security;
using RecOps.Server.Telemetry.Alerts;

namespace RecOps.Server.Storage;

/// <summary>
/// What was decided and must outlive every server: rules, people, keys, what the shop said of its items, the audit log. Nothing here is asked while a shopper waits.
/// </summary>
internal abstract class RecOpsDatabase(DbContextOptions options) : IdentityDbContext<Person, IdentityRole, string>(options), IDataProtectionKeyContext
{
    /// <summary>Whether any change was saved, for those who have to say so after a failure.</summary>
    public bool HasSaved { get; private set; }

    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    public DbSet<AuditEntry> Audit => Set<AuditEntry>();

    public DbSet<RuleDraft> RuleDrafts => Set<RuleDraft>();

    public DbSet<PublishedRules> PublishedRules => Set<PublishedRules>();

    public DbSet<Publication> Publications => Set<Publication>();

    public DbSet<RuleSwitch> RuleSwitches => Set<RuleSwitch>();

    public DbSet<ModelActivation> ModelActivations => Set<ModelActivation>();

    public DbSet<ModelTrial> ModelTrials => Set<ModelTrial>();

    public DbSet<AlertRecord> Alerts => Set<AlertRecord>();

    public DbSet<AlertSilence> AlertSilences => Set<AlertSilence>();

    public DbSet<CatalogItem> CatalogItems => Set<CatalogItem>();

    public DbSet<Epoch> Epochs => Set<Epoch>();

    public DbSet<Replica> Replicas => Set<Replica>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <exception cref="SaveInterruptedException">The connection broke off: it may have been saved.</exception>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (Database.CurrentTransaction is not null) return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);

        // By itself: what fails here has reached no database.
        await Database.OpenConnectionAsync(cancellationToken);
        try
        {
            return await DoAsync(() => base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken));
        }
        finally
        {
            await Database.CloseConnectionAsync();
        }
    }

    /// <summary>Commits what was saved in a transaction.</summary>
    /// <exception cref="SaveInterruptedException">The connection broke off: it may have been committed.</exception>
    public Task CommitAsync(IDbContextTransaction transaction) => DoAsync(async () =>
    {
        await transaction.CommitAsync();
        return 1;
    });

    /// <summary>
    /// Counts a subject up in the caller's transaction. Who counts it up next waits for the end of that: what is written under the new numbers
    /// is committed in their order.
    /// </summary>
    /// <returns>The new number.</returns>
    public async Task<long> CountUpAsync(string subject, int by, CancellationToken cancellationToken)
    {
        const string count = """
            INSERT INTO "Epochs" ("Subject", "Value") VALUES ({0}, {1})
            ON CONFLICT ("Subject") DO UPDATE SET "Value" = "Epochs"."Value" + EXCLUDED."Value" RETURNING "Value"
            """;
        List<long> value = await Database.SqlQueryRaw<long>(count, subject, (long)by).ToListAsync(cancellationToken);
        return value[0];
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<ApiKey>(key => key.HasIndex(k => k.Hash).IsUnique());
        builder.Entity<AuditEntry>(entry =>
        {
            entry.HasIndex(e => e.At);
            entry.HasIndex(e => e.Actor);
            entry.HasIndex(e => e.Action);
        });
        builder.Entity<RuleDraft>(draft =>
        {
            draft.Property(d => d.Id).ValueGeneratedNever();
            draft.Property(d => d.Revision).IsConcurrencyToken();
        });
        builder.Entity<PublishedRules>(rules =>
        {
            rules.HasKey(r => r.Version);
            rules.Property(r => r.Version).ValueGeneratedNever();
        });
        builder.Entity<Publication>(publication =>
        {
            publication.HasIndex(p => p.State);
            publication.Property(p => p.State).IsConcurrencyToken();
        });
        builder.Entity<RuleSwitch>(rules => rules.Property(s => s.Id).ValueGeneratedNever());
        builder.Entity<ModelActivation>(activation => activation.HasIndex(a => a.At));
        builder.Entity<ModelTrial>(trial => trial.HasKey(t => t.Kind));
        builder.Entity<AlertRecord>(alert => alert.HasIndex(a => a.FiredAt));
        builder.Entity<AlertSilence>(silence => silence.HasKey(s => s.Rule));
        builder.ApplyConfiguration(new CatalogItem.Configuration());
        builder.Entity<Epoch>(epoch =>
        {
            epoch.HasKey(e => e.Subject);
            epoch.Property(e => e.Value).IsConcurrencyToken();
        });
    }

    private async Task<int> DoAsync(Func<Task<int>> save)
    {
        try
        {
            int rows = await save();
            HasSaved |= rows > 0;
            return rows;
        }
        catch (Exception error) when (DatabaseFailure.LeavesOutcomeOpen(error))
        {
            throw new SaveInterruptedException(error);
        }
    }
}

using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using RecOps.Serving.Models;
using RecOps.Serving.Rules;
using RecOps.Shared.Rules;

namespace RecOps.Server.Rules;

/// <summary>
/// Caches the last few drafts compiled for a model: an editor previews the same ones again and again. The sets do not outlive their model,
/// which need not notify them.
/// </summary>
internal sealed class RuleSets
{
    private readonly ConditionalWeakTable<ServingModel, Recent> _byModel = [];

    /// <param name="document">Valid.</param>
    public RuleSet Of(ServingModel model, RuleDocument document, int version)
    {
        UInt128 hash = XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(RuleJson.Of(document)), version);
        return _byModel.GetOrCreateValue(model).Of(hash, () => new RuleSet(document, version, model.Catalog, model.Popular));
    }

    private sealed class Recent
    {
        private const int Kept = 4;
        private readonly Lock _changes = new();
        private readonly LinkedList<(UInt128 Hash, Lazy<RuleSet> Rules)> _recent = new();

        public RuleSet Of(UInt128 hash, Func<RuleSet> make)
        {
            Lazy<RuleSet> rules;
            lock (_changes)
            {
                for (LinkedListNode<(UInt128 Hash, Lazy<RuleSet> Rules)>? node = _recent.First; node is not null; node = node.Next)
                {
                    if (node.Value.Hash != hash)
                        continue;
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    node.Value.Rules.Value.RenewPins();
                    return node.Value.Rules.Value;
                }

                rules = new Lazy<RuleSet>(make);
                _recent.AddFirst((hash, rules));
                if (_recent.Count > Kept)
                {
                    // An evicted set can still be used: it only stops following catalogue changes.
                    if (_recent.Last!.Value.Rules is { IsValueCreated: true } forgotten)
                        forgotten.Value.Dispose();
                    _recent.RemoveLast();
                }
            }

            return rules.Value;
        }
    }
}

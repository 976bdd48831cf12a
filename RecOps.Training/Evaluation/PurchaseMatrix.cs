using RecOps.Training.Import;

namespace RecOps.Training.Evaluation;

/// <summary>
/// Counts of purchases, or of what else is to be predicted, as a sparse matrix that can be read by user and by item.
/// </summary>
internal sealed class PurchaseMatrix
{
    private readonly int[] _userStarts;
    private readonly int[] _items;
    private readonly int[] _counts;
    private readonly int[] _itemStarts;
    private readonly int[] _users;

    private PurchaseMatrix(int[] userStarts, int[] items, int[] counts, int[] itemStarts, int[] users)
    {
        _userStarts = userStarts;
        _items = items;
        _counts = counts;
        _itemStarts = itemStarts;
        _users = users;
    }

    public int UserCount => _userStarts.Length - 1;

    public int ItemCount => _itemStarts.Length - 1;

    /// <summary>Counts what is to be predicted among the first rows of the interactions; other events are ignored.</summary>
    public static PurchaseMatrix Build(InteractionTable interactions, int rows, int userCount, int itemCount)
    {
        var starts = new int[userCount + 1];
        for (int row = 0; row < rows; row++)
        {
            if (interactions.IsTarget(row))
                starts[interactions.Users[row] + 1]++;
        }

        for (int user = 0; user < userCount; user++)
            starts[user + 1] += starts[user];
        var bought = new int[starts[userCount]];
        int[] next = starts[..userCount];
        for (int row = 0; row < rows; row++)
        {
            if (interactions.IsTarget(row))
                bought[next[interactions.Users[row]]++] = interactions.Items[row];
        }

        var userStarts = new int[userCount + 1];
        var itemStarts = new int[itemCount + 1];
        var counts = new int[bought.Length];
        int entries = 0;
        for (int user = 0; user < userCount; user++)
        {
            Span<int> run = bought.AsSpan(starts[user]..starts[user + 1]);
            run.Sort();
            foreach (int item in run)
            {
                if (entries > userStarts[user] && bought[entries - 1] == item)
                {
                    counts[entries - 1]++;
                    continue;
                }

                // Distinct items never outnumber the purchases read so far, so this only overwrites entries already read.
                (bought[entries], counts[entries]) = (item, 1);
                itemStarts[item + 1]++;
                entries++;
            }

            userStarts[user + 1] = entries;
        }

        for (int item = 0; item < itemCount; item++)
            itemStarts[item + 1] += itemStarts[item];
        var users = new int[entries];
        next = itemStarts[..itemCount];
        for (int user = 0; user < userCount; user++)
        {
            for (int entry = userStarts[user]; entry < userStarts[user + 1]; entry++)
                users[next[bought[entry]]++] = user;
        }

        return new PurchaseMatrix(userStarts, bought[..entries], counts[..entries], itemStarts, users);
    }

    /// <summary>Distinct items a user bought, ascending.</summary>
    public ReadOnlySpan<int> ItemsOf(int user) => _items.AsSpan(_userStarts[user].._userStarts[user + 1]);

    /// <summary>How often the user bought each of <see cref="ItemsOf"/>.</summary>
    public ReadOnlySpan<int> CountsOf(int user) => _counts.AsSpan(_userStarts[user].._userStarts[user + 1]);

    /// <summary>Distinct users who bought an item, ascending.</summary>
    public ReadOnlySpan<int> UsersOf(int item) => _users.AsSpan(_itemStarts[item].._itemStarts[item + 1]);
}

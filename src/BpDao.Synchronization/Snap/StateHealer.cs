using BpDao.Core;
using BpDao.State;
using BpDao.State.Download;
using BpDao.State.Ranges;

namespace BpDao.Synchronization.Snap;

/// <summary>Makes the fetched state equal to the pivot's, when it was put together from states of several pivots: goes down from the pivot's root
/// wherever the nodes here are others, and takes over the leaves that it finds.</summary>
/// <remarks>What is written is a whole state at any moment (<see cref="PartialState"/>), so equal nodes mean that all below is equal, after a
/// crash too, and the next walk does only what is left.</remarks>
internal sealed class StateHealer(SnapQueries queries, SnapCodes codes, FetchedState state, SnapCounters counters)
{
    private const int NodesOfRequest = 256;
    private const int RequestsTogether = 4;
    private const int MostWalks = 4;

    private readonly Stack<OpenNode> _open = [];
    private readonly HealedLeaves _healed = new(state, codes);

    public async Task RunAsync(Hash256 root, CancellationToken cancellationToken)
    {
        for (int walk = 0; state.Root != root; walk++)
        {
            if (walk == MostWalks) throw new InvalidOperationException($"The state was mended {walk} times and has root {state.Root}, not {root}.");
            if (root == Account.EmptyTrieRoot) await _healed.RemoveAccountsAsync(Hash256.Zero, HashSpace.End, cancellationToken);
            else _open.Push(new OpenNode(null, [], root));
            while (_open.Count > 0) await StepAsync(cancellationToken);
        }
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        List<OpenNode> taken = [];
        while (taken.Count < NodesOfRequest * RequestsTogether && _open.TryPop(out OpenNode? node)) taken.Add(node);
        // Nodes of one trie side by side, so that its account is named once.
        OpenNode[][] requests = [.. taken.OrderBy(n => n.Owner?.Key ?? Hash256.Zero).Chunk(NodesOfRequest)];
        List<byte[]>[] answers = await Task.WhenAll(requests.Select(nodes => AskAsync(nodes, cancellationToken)));
        using (StateRanges local = state.Open())
        {
            for (int i = 0; i < requests.Length; i++)
            {
                for (int j = 0; j < requests[i].Length; j++)
                {
                    if (j >= answers[i].Count) _open.Push(requests[i][j]);
                    else Take(local, requests[i][j], answers[i][j]);
                }

                counters.AddNodes(answers[i].Count);
            }
        }

        await _healed.WriteAsync(cancellationToken);
    }

    private Task<List<byte[]>> AskAsync(OpenNode[] nodes, CancellationToken cancellationToken)
    {
        List<NodePaths> tries = [];
        foreach (IGrouping<Hash256?, OpenNode> trie in nodes.GroupBy(n => n.Owner?.Key)) tries.Add(new NodePaths(trie.Key, [.. trie.Select(n => n.Path)]));
        return queries.NodesAsync(tries, [.. nodes.Select(n => n.Hash)], cancellationToken);
    }

    private void Take(StateRanges local, OpenNode node, byte[] row)
    {
        NodeContent content = NodeContent.Read(node.Path, row) ?? throw new InvalidOperationException($"The node {node.Hash} belongs to no state.");
        foreach ((Hash256 from, Hash256 to) in content.Absent) _healed.Remove(local, node.Owner, from, to);
        foreach (Leaf leaf in content.Leaves) TakeLeaf(local, node.Owner, leaf);
        foreach ((byte[] path, Hash256 hash) in content.Children)
        {
            byte[]? here = node.Owner is { } owner ? local.StorageNode(owner.Key, path) : local.AccountNode(path);
            if (here is null || Keccak256.Hash(here) != hash) _open.Push(new OpenNode(node.Owner, path, hash));
        }
    }

    private void TakeLeaf(StateRanges local, FoundAccount? owner, in Leaf leaf)
    {
        if (owner is { } of)
        {
            if (!HashedSlot.TryRead(leaf, out HashedSlot slot)) throw new InvalidOperationException($"The leaf {leaf.Key} of account {of.Key} is no slot.");
            _healed.Slot(of, slot);
            return;
        }

        if (!SlimAccount.TryReadTrie(leaf.Value.Span, out Account account)) throw new InvalidOperationException($"The leaf {leaf.Key} is no account.");
        Account? here = local.Account(leaf.Key);
        if (here == account) return;
        FoundAccount found = new(leaf.Key, account);
        _healed.Account(found);
        if (account.StorageRoot == (here?.StorageRoot ?? Account.EmptyTrieRoot)) return;
        if (account.HasStorage) _open.Push(new OpenNode(found, [], account.StorageRoot));
        else _healed.Remove(local, found, Hash256.Zero, HashSpace.End);
    }

    /// <summary>A node of the pivot's state that is not here.</summary>
    /// <param name="Owner">The account whose storage it belongs to; null for a node of the account trie.</param>
    private sealed record OpenNode(FoundAccount? Owner, byte[] Path, Hash256 Hash);
}

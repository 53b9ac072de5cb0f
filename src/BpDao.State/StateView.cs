using BpDao.Core;
using BpDao.State.Proofs;
using BpDao.State.Tables;

namespace BpDao.State;

/// <summary>The state at one root, unaffected by what is committed, reverted or pruned while it is open.</summary>
/// <remarks>Safe for several threads. Dispose it soon: it keeps replaced rows on disk. Using it afterwards, or after the database
/// was closed, is an <see cref="ObjectDisposedException"/>.</remarks>
public sealed class StateView : IStateView, IDisposable
{
    private readonly IDisposable? _owned;

    internal StateView(in Hash256 root, StateReader reader, IDisposable? owned)
    {
        Root = root;
        Reader = reader;
        _owned = owned;
    }

    /// <summary>The state without any account. It needs no database.</summary>
    public static StateView Empty { get; } = new(Account.EmptyTrieRoot, new StateReader(null, null, [], null), null);

    public Hash256 Root { get; }

    internal StateReader Reader { get; }

    public bool TryGetAccount(in Address address, out Account account)
    {
        Span<byte> slim = stackalloc byte[AccountCodec.LongestSlim];
        int length = Reader.Get(StateTable.Accounts, AddressHashes.Of(address).Bytes, slim);
        account = length < 0 ? default : AccountCodec.ReadSlim(slim[..length]);
        return length >= 0;
    }

    public UInt256 GetStorage(in Address address, in UInt256 slot)
    {
        Span<byte> key = stackalloc byte[2 * Hash256.Size];
        AddressHashes.Of(address).Bytes.CopyTo(key);
        slot.WriteBigEndian(key[Hash256.Size..]);
        Keccak256.Hash(key[Hash256.Size..]).Bytes.CopyTo(key[Hash256.Size..]);
        Span<byte> value = stackalloc byte[UInt256.Size];
        int length = Reader.Get(StateTable.Storage, key, value);
        return length < 0 ? UInt256.Zero : UInt256.FromBigEndian(value[..length]);
    }

    public ReadOnlyMemory<byte> GetCode(in Hash256 codeHash)
    {
        if (codeHash == Account.EmptyCodeHash) return default;
        return Reader.FindCode(codeHash) ?? throw new StateCorruptException($"The code {codeHash} is missing.");
    }

    /// <summary>Proof of an account and of slots, or of their absence.</summary>
    public AccountProof GetProof(in Address address, IReadOnlyList<UInt256> slots) => ProofBuilder.Prove(this, address, slots);

    /// <summary>The state after a change to this one. It lives as long as this view.</summary>
    /// <exception cref="ArgumentException">The change starts from another state.</exception>
    public StateView With(StateChange change)
    {
        if (change.ParentRoot != Root) throw new ArgumentException($"The change starts from {change.ParentRoot}, not from {Root}.", nameof(change));
        return new StateView(change.Root, Reader.With(change), null);
    }

    public void Dispose() => _owned?.Dispose();
}

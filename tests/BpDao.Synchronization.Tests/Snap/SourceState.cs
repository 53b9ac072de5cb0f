using System.Buffers.Binary;
using BpDao.Core;
using BpDao.Db;
using BpDao.Db.Memory;
using BpDao.State;
using BpDao.Synchronization.Snap;
using Microsoft.Extensions.Logging.Abstractions;

namespace BpDao.Synchronization.Tests.Snap;

/// <summary>A chain of states on a full node: many plain accounts, contracts with a few slots, some with very many.</summary>
internal sealed class SourceState : IDisposable
{
    private readonly int _accounts;

    public SourceState(int accounts, int largeSlots, StateOptions? options = null)
    {
        _accounts = accounts;
        Store = new StateStore(Db, options ?? StateOptions.Default);
        StateDiff diff = new();
        for (int i = 0; i < accounts; i++)
        {
            bool isContract = i % 10 == 0, isLarge = isContract && i % (accounts / 4) == 0;
            AccountDiff account = new()
            {
                Exists = true, Nonce = (ulong)i % 7, Balance = (UInt256)(ulong)i + 1,
                CodeHash = isContract ? Code(diff, i / 10 % 40) : Account.EmptyCodeHash,
            };
            int slots = isLarge ? largeSlots : isContract ? i / 10 % 5 : 0;
            for (int slot = 0; slot < slots; slot++) account.Storage[(UInt256)(ulong)slot] = (UInt256)(ulong)(i + slot + 1);
            diff.Accounts[AddressOf(i)] = account;
        }

        Append(diff);
    }

    public MemoryDb Db { get; } = new();

    public StateStore Store { get; }

    public SnapCounters Counters { get; } = new();

    public BlockHeader Head => HeaderOf(Store.Head!);

    public SnapProtocol CreateProtocol(SnapOptions options) => new(Store, new SnapPeers(), Counters, options, TimeProvider.System, NullLogger<SnapProtocol>.Instance);

    public static Address AddressOf(int index)
    {
        Span<byte> name = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(name, index);
        return new Address(Keccak256.Hash(name).Bytes[12..]);
    }

    /// <summary>A block that makes, changes and destroys accounts, slots and codes, all over the state.</summary>
    public void AppendBlock(int seed)
    {
        StateDiff diff = new();
        using StateView view = Store.OpenView(Store.Head!.Root)!;
        for (int i = 0; i < _accounts / 20; i++)
        {
            int index = (int)((uint)((i * 7919) + (seed * 104729)) % (uint)(_accounts + (_accounts / 10)));
            Address address = AddressOf(index);
            bool exists = view.TryGetAccount(address, out Account account);
            if (exists && i % 5 == 0)
            {
                diff.Accounts[address] = new AccountDiff { Exists = false };
                continue;
            }

            AccountDiff changed = new()
            {
                Exists = true, Nonce = account.Nonce + 1, Balance = account.Balance + 3, StorageCleared = exists && i % 7 == 0,
                CodeHash = i % 11 == 0 ? Code(diff, 1000 + seed) : exists ? account.CodeHash : Account.EmptyCodeHash,
            };
            if (changed.CodeHash != Account.EmptyCodeHash)
            {
                for (int slot = 0; slot < 6; slot++) changed.Storage[(UInt256)(ulong)slot] = (UInt256)(ulong)((slot * seed) % 3);
            }

            diff.Accounts[address] = changed;
        }

        Append(diff);
    }

    public void Dispose() => Db.Dispose();

    private static Hash256 Code(StateDiff diff, int number)
    {
        byte[] code = new byte[100 + number];
        BinaryPrimitives.WriteInt32BigEndian(code, number);
        Hash256 hash = Keccak256.Hash(code);
        diff.Code[hash] = code;
        return hash;
    }

    private static BlockHeader HeaderOf(StateHead head) => new() { Number = head.Number, StateRoot = head.Root };

    private void Append(StateDiff diff)
    {
        ulong number = Store.Head?.Number + 1 ?? 0;
        StateChange change = Store.Compute(Store.Head?.Root ?? Account.EmptyTrieRoot, diff);
        WriteBatch batch = new();
        Store.Commit(batch, change, number, HeaderOf(new StateHead(number, default, change.Root, 0)).Hash);
        Db.Write(batch);
    }
}

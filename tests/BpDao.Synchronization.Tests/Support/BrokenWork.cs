using BpDao.Contracts.Tests.Support;
using BpDao.Core;
using BpDao.Specs;
using BpDao.Testing.Chains;

namespace BpDao.Synchronization.Tests.Support;

/// <summary>A Work contract that fails, in force with epoch 1 (protocol rule 2.8).</summary>
internal static class BrokenWork
{
    /// <summary>The first block in safe mode, and the one in which the last good contract is back.</summary>
    public const ulong First = 17, Back = First + 64;

    private static readonly Address At = Address.FromNumber(0xbad);

    public static ChainSpec InForce(ChainSpec spec)
    {
        Dictionary<UInt256, UInt256> words = new(spec.Genesis.Alloc[SystemContracts.Governance].Storage);
        GenesisStorage storage = new(new Dictionary<Address, Dictionary<UInt256, UInt256>> { [SystemContracts.Governance] = words });
        storage.Set(StoragePlace.Governance("_scheduledWork"), UInt256.FromBigEndian(At.Bytes));
        storage.Set(StoragePlace.Governance("_scheduledFrom"), 1);

        Dictionary<Address, GenesisAccount> alloc = new(spec.Genesis.Alloc)
        {
            [At] = new GenesisAccount(UInt256.Zero, 1, TestContracts.Reverter, new Dictionary<UInt256, UInt256>()),
        };
        alloc[SystemContracts.Governance] = alloc[SystemContracts.Governance] with { Storage = words };
        return spec with { Genesis = spec.Genesis with { Alloc = alloc } };
    }

    /// <summary>Whether transaction 0 failed, which is all that tells such a block from others.</summary>
    public static bool IsSafeMode(TestChain chain, ulong number) => !chain.Tree.ReceiptsOf(chain.Tree.HashByNumber(number)!.Value)![0].Success;
}

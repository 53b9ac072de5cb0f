using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Contracts.Tests.Support;

/// <summary>REP and bonds of a genesis as the builder would not make them.</summary>
internal static class Supply
{
    /// <summary>Bonds and benches are there, and no REP is: nobody holds any, nothing is encumbered.</summary>
    public static void Empty(GenesisStorage storage, IReadOnlyList<TestProducer> producers)
    {
        storage.Set(StoragePlace.Rep("supply").Member("total"), UInt256.Zero);
        storage.Set(StoragePlace.Rep("minted"), UInt256.Zero);
        foreach (TestProducer producer in producers)
        {
            StoragePlace account = StoragePlace.Rep("accounts").Key(producer.Identity.Address);
            storage.Set(account.Member("balance"), UInt256.Zero);
            storage.Set(account.Member("encumbered"), UInt256.Zero);
            storage.Set(StoragePlace.Rep("encumberedBy").Key(producer.Identity.Address).Key(SystemContracts.Availability), UInt256.Zero);
        }
    }

    /// <summary>REP of somebody who has no bond yet; the supply grows by it.</summary>
    public static void Give(GenesisStorage storage, Address identity, UInt256 amount)
    {
        foreach (StoragePlace place in (StoragePlace[])[StoragePlace.Rep("supply").Member("total"), StoragePlace.Rep("minted")])
        {
            storage.Set(place, storage.Get(place) + amount);
        }

        storage.Set(StoragePlace.Rep("accounts").Key(identity).Member("balance"), amount);
    }

    /// <summary>All of these bonds are in jail until that epoch, as the judiciary would have left them: out of the draw, and to be looked at again.</summary>
    public static void JailAll(GenesisStorage storage, uint bonds, ulong untilEpoch)
    {
        StoragePlace eligible = StoragePlace.Bonds("eligible").Member("nodes"), jailed = StoragePlace.Bonds("jailed").Member("nodes");
        UInt256 woken = UInt256.Zero;
        for (uint slot = 0; slot < bonds; slot++)
        {
            storage.Set(StoragePlace.Bonds("bonds").Key(slot).Member("jailedUntil"), untilEpoch);
            for (uint node = (4096 + slot) >> 1; node > 0; node >>= 1)
            {
                UInt256 word = storage.Get(eligible.Key(node));
                if (word.IsZero) continue;
                storage.Set(jailed.Key(node), word);
                storage.Set(eligible.Key(node), UInt256.Zero);
            }

            woken |= (UInt256)slot << (int)(32 * slot);
        }

        StoragePlace wake = StoragePlace.Bonds("wake").Key(untilEpoch);
        storage.Set(wake, bonds);
        storage.Set(wake.Elements(), woken);
    }
}

using BpDao.Core;
using BpDao.Crypto;
using BpDao.Specs;
using BpDao.Testing;

namespace BpDao.Contracts.Tests.Support;

/// <summary>Somebody with more coins than any network has.</summary>
internal static class Huge
{
    public static readonly PrivateKey Whale = TestKeys.Of("whale");

    public static readonly UInt256 Gigantic = UInt256.One << 127;

    public static readonly UInt256 Coins = UInt256.One << 140;

    /// <summary>2^127 wei to the validation pool.</summary>
    public static Transaction Gift(PorTestChain chain) =>
        chain.Transaction(Whale).To(SystemContracts.ValidationPool).WithGas(100_000).WithValue(Gigantic).Signed();
}

/// <summary>A genesis in which REP is not what the builder made of it.</summary>
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

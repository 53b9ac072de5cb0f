using BpDao.Consensus.Por.Contracts;
using BpDao.Core;
using BpDao.Specs;

namespace BpDao.Contracts.Tests.Support;

/// <summary>Transactions of bond owners (protocol rule 3.3).</summary>
internal static class Bonding
{
    /// <summary>A first bond: key, proof of possession, onion.</summary>
    public static Transaction Signal(PorTestChain chain, TestProducer producer, UInt256 amount)
    {
        byte[] proof = producer.Sign(chain.Verifier.Domain.Possession(producer.Identity.Address));
        return Send(chain, producer, AvailabilityContract.Signal.Encode(amount, producer.Address.ToArray(), proof, producer.OnionTip.ToArray()));
    }

    /// <summary>More of the same bond.</summary>
    public static Transaction Raise(PorTestChain chain, TestProducer producer, UInt256 amount) =>
        Send(chain, producer, AvailabilityContract.Signal.Encode(amount, Array.Empty<byte>(), Array.Empty<byte>(), new byte[Hash256.Size]));

    public static Transaction Leave(PorTestChain chain, TestProducer producer, UInt256 amount) =>
        Send(chain, producer, AvailabilityContract.RequestLeave.Encode(amount));

    private static Transaction Send(PorTestChain chain, TestProducer producer, byte[] data) =>
        chain.Transaction(producer.Identity).To(SystemContracts.Availability).WithGas(800_000).WithValue(UInt256.Zero).WithData(data).Signed();
}

using BpDao.Core;

namespace BpDao.Evm;

/// <summary>Who pays what for a transaction (EIP-1559, 4844; protocol rule 2.3).</summary>
/// <param name="Price">Wei per gas that the sender pays.</param>
/// <param name="BaseFee">The part of it that is not the coinbase's.</param>
internal readonly record struct TransactionFees(Address Sender, UInt256 Price, UInt256 BaseFee, ulong BlobGas, UInt256 BlobPrice)
{
    public static TransactionFees Of(Transaction tx, in Address sender, BlockContext block, IReleaseSpec spec)
    {
        UInt256 baseFee = spec.IsLondon ? block.BaseFee : UInt256.Zero;
        // Whoever may offer less than the base fee (rule 2.4, calls) pays what is offered, and all of that is base fee.
        UInt256 tip = tx.MaxFeePerGas < baseFee ? UInt256.Zero : UInt256.Min(tx.MaxPriorityFeePerGas, tx.MaxFeePerGas - baseFee);
        UInt256 price = UInt256.Min(tx.MaxFeePerGas, baseFee + tip);
        ulong blobGas = (ulong)tx.BlobVersionedHashes.Count * Core.BlobGas.PerBlob;
        UInt256 blobPrice = blobGas == 0 ? UInt256.Zero : Core.BlobGas.BaseFee(block.ExcessBlobGas, spec.Blobs);
        return new TransactionFees(sender, price, UInt256.Min(baseFee, price), blobGas, blobPrice);
    }

    /// <summary>Takes the price of the whole gas limit and of the blobs; the rules have made sure that it is there.</summary>
    public void TakeFromSender(Transaction tx, WorldState world)
    {
        if (!world.TryDebit(Sender, (tx.GasLimit * Price) + (BlobGas * BlobPrice)))
        {
            throw new InvalidOperationException("A sender cannot pay for a transaction that passed the rules.");
        }
    }

    /// <summary>Gives back what was not used and hands the rest out. What EIP-1559 burns goes to the recipient that the network names.</summary>
    public void Settle(Transaction tx, ulong gasUsed, BlockContext block, IReleaseSpec spec, WorldState world)
    {
        world.Credit(Sender, (tx.GasLimit - gasUsed) * Price);
        world.Credit(block.Coinbase, gasUsed * (Price - BaseFee));
        if (spec.BaseFeeRecipient is { } recipient) world.Credit(recipient, gasUsed * BaseFee);
    }
}

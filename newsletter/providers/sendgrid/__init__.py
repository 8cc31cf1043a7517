"""Twilio SendGrid: Mail Send v3 and the signed Event Webhook."""
